"""The page of settings says what the model says."""

import re
import tomllib
from pathlib import Path

from pydantic import BaseModel

from device_agent.config import Config, Limits, LinkConfig, ListenConfig, LogConfig, WorkerConfig
from device_agent.config.page import render
from device_agent.policy.load import PolicyFile

from .conftest import Load

PAGE = Path(__file__).parents[3] / "docs" / "configuration.md"


def test_the_page_is_what_the_model_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), "run python scripts/write_configuration.py"


def test_every_setting_has_a_line_and_a_meaning() -> None:
    models: tuple[type[BaseModel], ...] = (
        Limits,
        LinkConfig,
        ListenConfig,
        LogConfig,
        WorkerConfig,
    )
    for model in models:
        for name, field in model.model_fields.items():
            assert f"| `{name}` |" in render()
            assert field.description
            assert str(field.description) in render()
    for name, field in Config.model_fields.items():
        shown = {"links": "[[link]]"}.get(name, name)
        assert f"`{shown}`" in render() or f"`[{shown}]`" in render()
        assert field.description


def test_its_examples_are_accepted(load: Load) -> None:
    settings, policy = re.findall(r"```toml\n(.*?)```", render(), re.DOTALL)
    assert load(settings).config.links[0].url == "wss://hub.example:8443/ws"
    PolicyFile.model_validate(tomllib.loads(policy))
