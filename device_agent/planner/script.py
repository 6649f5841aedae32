"""A list decides: explicit actions in the message, or JSON instead of words."""

import json
from typing import Any

from pydantic import ValidationError

from ..protocol.messages import Action
from .base import NotUnderstood, Plan, Planner

EXAMPLE = '[{"tool_name": "screenshot", "parameters": {}}]'
MAX_ACTIONS = 1000


class Script(Planner):
    """
    Takes actions as they are; whether their tools exist is found out when they are called.

    JSON in the request is a list of actions, or an object with ``actions``.
    """

    def plan(self, words: str, actions: tuple[Action, ...]) -> Plan | NotUnderstood | None:
        if actions:
            return _planned(actions)
        if not words.startswith(("[", "{")):
            return None
        try:
            content = json.loads(words)
        except (ValueError, RecursionError):
            return None
        return _from_json(words, content)


def _from_json(words: str, content: Any) -> Plan | NotUnderstood:  # noqa: ANN401 -- any JSON
    entries = content.get("actions") if isinstance(content, dict) else content
    if not isinstance(entries, list) or not entries:
        return NotUnderstood(words, (EXAMPLE,), "JSON, but no list of actions")
    if len(entries) > MAX_ACTIONS:
        return NotUnderstood(words, why=f"more than {MAX_ACTIONS} actions")
    try:
        return _planned(tuple(Action.model_validate(entry) for entry in entries))
    except ValidationError as problem:
        first = problem.errors(include_url=False, include_input=False)[0]
        where = ".".join(str(part) for part in first["loc"]) or "an action"
        return NotUnderstood(words, (EXAMPLE,), f"{where}: {first['msg']}")


def _planned(actions: tuple[Action, ...]) -> Plan:
    return Plan(actions, tuple(f"call {action.tool_name}" for action in actions))
