"""`device-agent info`: what this machine tells hubs about itself."""

import json
from argparse import ArgumentParser, Namespace
from typing import TYPE_CHECKING, Any

from . import settings
from .asking import answer_of
from .exits import Exit, NothingThere
from .output import Output, table

if TYPE_CHECKING:
    from ..config import Config
    from ..policy.rules import Policy

LOOK_WITHIN_S = 10.0


def add_arguments(parser: ArgumentParser) -> None:
    """Say what it takes."""
    settings.add_settings(parser, peers=True)


def run(args: Namespace, out: Output) -> int:
    """Look at the machine as REGISTER does; the desktop process tells the displays."""
    from ..catalog import TOOLS
    from ..info import platform_name, system_info
    from ..policy.rules import offers

    config = settings.load(args).config
    policy = settings.policy_of(config)
    tools = [tool.name for tool in TOOLS.values() if offers(policy, tool)]
    facts = dict(
        system_info(
            config.device_id,
            platform=config.as_platform or platform_name(),
            displays=_displays(config, policy, out),
            custom={"tools": tools, **config.custom_metadata},
        )
    )
    if config.tags:
        facts["tags"] = list(config.tags)
    out.result(facts, _text(facts))
    return Exit.DONE


def _displays(config: "Config", policy: "Policy", out: Output) -> list[dict[str, Any]]:
    question = {"op": "call", "tool": "list_displays", "arguments": {}}
    try:
        answer = answer_of(config.state_dir, question, LOOK_WITHIN_S)
    except NothingThere:
        from ..runtime import alone

        answer = alone.call(config, policy, "list_displays", {})
    if not answer.get("ok"):
        out.note(f"no displays: {answer.get('error')}")
        return []
    displays: list[dict[str, Any]] = answer["result"]["displays"]
    return displays


def _text(facts: dict[str, Any]) -> str:
    flat = {name: value for name, value in facts.items() if name != "custom_metadata"}
    flat |= {f"custom_metadata.{name}": each for name, each in facts["custom_metadata"].items()}
    return table([[name, _word(value)] for name, value in flat.items()])


def _word(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
