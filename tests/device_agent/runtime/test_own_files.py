"""No file tool may reach what makes the agent obey."""

from dataclasses import replace
from pathlib import Path

from device_agent.config.model import Config, LinkConfig, ListenConfig
from device_agent.policy.rules import by_hand
from device_agent.runtime.own_files import own_files


def test_state_policy_settings_tokens_and_keys_are_the_agents_own(tmp_path: Path) -> None:
    def at(name: str) -> Path:
        return tmp_path / name

    link = LinkConfig(
        url="wss://hub.example/ws", token_file=at("link"), client_key_file=at("client.key")
    )
    listen = ListenConfig(port=0, token_file=at("door"), key_file=at("door.key"))
    config = Config(
        device_id="d",
        state_dir=at("state"),
        policy_file=at("policy.toml"),
        token_file=at("general"),
        link=(link,),
        listen=listen,
    )
    policy = replace(by_hand(file=str(at("usual.toml"))), closed=(str(at("config.toml")),))
    wanted = "state policy.toml general link client.key door door.key usual.toml config.toml"
    assert {str(at(name)) for name in wanted.split()} <= set(own_files(config, policy))


def test_relative_places_are_told_as_absolute_ones(tmp_path: Path) -> None:
    config = Config(device_id="d", state_dir=tmp_path, token_file=Path("token"))
    assert str(Path("token").absolute()) in own_files(config, by_hand())
