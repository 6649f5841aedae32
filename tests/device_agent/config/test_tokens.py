"""Tokens belong to a link."""

import sys
from pathlib import Path

import pytest
from pydantic import SecretStr

from device_agent import config
from device_agent.config.layers import Layer
from device_agent.config.tokens import MAX_TOKEN_BYTES, new_token, one_word, read_token, with_tokens
from device_agent.errors import ConfigError

from .conftest import Load


@pytest.fixture
def token(tmp_path: Path) -> Path:
    path = tmp_path / "token"
    path.write_text("general\n")
    path.chmod(0o600)
    return path


def _token_file(path: Path) -> config.Setting:
    return config.Setting(("token_file",), str(path), Layer.FLAG, "--token-file")


def _shown(token: SecretStr | None) -> str | None:
    return token.get_secret_value() if token else None


@pytest.mark.parametrize("content", [b"abc", b"abc\n", b"abc\r\n"])
def test_the_lines_end_is_no_part_of_a_token(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "t").write_bytes(content)
    assert read_token(tmp_path / "t").get_secret_value() == "abc"


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "empty"),
        (b"\n", "empty"),
        (b"two words", "a space"),
        (b" abc\n", "a space"),
        (b"abc\n\n", "a second line"),
        ("t\u00f6ken".encode(), "ASCII"),
        (b"a\x00b", "ASCII"),
        (b"x" * (MAX_TOKEN_BYTES + 1), "longer"),
    ],
)
def test_a_file_without_a_token_is_refused(tmp_path: Path, content: bytes, words: str) -> None:
    (tmp_path / "t").write_bytes(content)
    with pytest.raises(ConfigError, match=words) as caught:
        read_token(tmp_path / "t")
    assert caught.value.where == str(tmp_path / "t")
    assert "one line" in caught.value.hint


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="No such file") as caught:
        read_token(tmp_path / "none")
    assert "config new-token" in caught.value.hint


def test_the_general_token_serves_peers_that_name_none(
    load: Load, token: Path, tmp_path: Path
) -> None:
    (tmp_path / "own").write_text("own")
    text = (
        f'token_file = "{token}"\n[[link]]\nurl = "wss://a"\n'
        '[[link]]\nurl = "wss://b"\ntoken_file = "own"\n'
    )
    links = with_tokens(load(text)).config.links
    assert [_shown(link.token) for link in links] == ["general", "own"]


def test_a_general_token_of_a_higher_layer_serves_all(
    load: Load, token: Path, tmp_path: Path
) -> None:
    (tmp_path / "own").write_text("own")
    text = '[[link]]\nurl = "wss://a"\ntoken_file = "own"\n'
    assert _shown(with_tokens(load(text)).config.links[0].token) == "own"
    loaded = load(text, flags=[_token_file(token)])
    assert _shown(with_tokens(loaded).config.links[0].token) == "general"
    loaded = load(text, {"DEVICE_AGENT_TOKEN": "env"})
    assert _shown(with_tokens(loaded).config.links[0].token) == "env"
    loaded = load(text, {"DEVICE_AGENT_LINK__0__TOKEN": "mine", "DEVICE_AGENT_TOKEN": "env"})
    assert _shown(with_tokens(loaded).config.links[0].token) == "mine"


@pytest.mark.parametrize(
    "text",
    [
        '[[link]]\nurl = "wss://a"\n[[link]]\nurl = "wss://b"\n',
        '[listen]\nport = 1\n[[link]]\nurl = "wss://b"\n',
        '[listen]\nport = 1\nhost = "0.0.0.0"\n[[link]]\nurl = "ws://127.0.0.1:1"\n',
    ],
)
def test_one_token_for_peers_on_several_hosts_is_a_usage_error(
    load: Load, token: Path, text: str
) -> None:
    with pytest.raises(ConfigError, match="2 hosts") as caught:
        with_tokens(load(text, flags=[_token_file(token)]))
    assert caught.value.where == "--token-file"
    assert "own token_file" in caught.value.hint
    with pytest.raises(ConfigError, match="2 hosts"):
        with_tokens(load(text, {"DEVICE_AGENT_TOKEN": "t"}))


def test_several_peers_on_one_host_may_share_a_token(load: Load, token: Path) -> None:
    text = (
        '[listen]\nport = 1\n[[link]]\nurl = "ws://localhost:1"\n[[link]]\nurl = "ws://[::1]:2"\n'
    )
    found = with_tokens(load(text, flags=[_token_file(token)])).config
    assert {_shown(link.token) for link in found.links} == {"general"}
    assert found.listen is not None
    assert _shown(found.listen.token) == "general"


def test_secrets_are_in_no_repr_and_no_dump(load: Load) -> None:
    environ = {"DEVICE_AGENT_TOKEN": "hunter2"}
    loaded = with_tokens(load('[[link]]\nurl = "wss://a"\n', environ))
    assert _shown(loaded.config.links[0].token) == "hunter2"
    assert "hunter2" not in repr(loaded)
    assert "hunter2" not in loaded.config.model_dump_json()
    assert "hunter2" not in str(list(loaded.values()))


def test_a_bad_token_in_the_environment_is_named_without_its_value(load: Load) -> None:
    with pytest.raises(ConfigError, match="DEVICE_AGENT_TOKEN: the token has a space") as caught:
        with_tokens(load('[[link]]\nurl = "wss://a"\n', {"DEVICE_AGENT_TOKEN": "hunter2 x"}))
    assert "hunter2" not in str(caught.value)


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_file_that_others_can_read_is_warned_about(load: Load, token: Path) -> None:
    text = '[[link]]\nurl = "wss://a"\n'
    assert with_tokens(load(text, flags=[_token_file(token)])).warnings == ()
    token.chmod(0o644)
    (warning,) = with_tokens(load(text, flags=[_token_file(token)])).warnings
    assert f"chmod 600 {token}" in warning


def test_new_tokens_differ_and_are_tokens() -> None:
    assert new_token() != new_token()
    assert len(one_word(new_token(), "").get_secret_value()) >= 43
