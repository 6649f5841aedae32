"""Messages of every kind, and JSON of every form, for property tests."""

import typing
from typing import Any

from hypothesis import strategies as st
from pydantic import BaseModel

from device_agent.protocol import messages as msg

TEXTS = st.text(st.characters(codec="utf-8"), max_size=8)
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXTS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXTS, inner, max_size=4),
    max_leaves=12,
)
OBJECTS = st.dictionaries(TEXTS, JSON, max_size=4)
BY_NAME: dict[str, st.SearchStrategy[Any]] = {
    "result": JSON,
    "metadata": st.none() | OBJECTS,
    "parameters": st.none() | OBJECTS,
    "client_id": TEXTS.filter(bool),
    "step": st.integers(-(2**63), 2**63 - 1),
    "total": st.none() | st.integers(0, 2**63 - 1),
    "messages": st.none() | st.lists(TEXTS, max_size=2).map(tuple),
    "tool_name": TEXTS,
    "text": TEXTS,
    "reason": TEXTS,
}


def _choices(alias: object) -> st.SearchStrategy[Any]:
    return st.sampled_from(typing.get_args(alias))


def built(model: type[BaseModel]) -> st.SearchStrategy[Any]:
    """Messages of one kind, with every field filled in or left out."""
    fields = {name: _field(model, name) for name in model.model_fields if name != "type"}
    return st.builds(model, **fields)


def _field(model: type[BaseModel], name: str) -> st.SearchStrategy[Any]:
    match name:
        case "status":
            return _choices(msg.ResultStatus if model is msg.ActionResult else msg.Status)
        case "client_type":
            return _choices(msg.ClientType)
        case "tool_type":
            return _choices(msg.ToolType)
        case "actions":
            actions = st.lists(built(msg.Action), max_size=3).map(tuple)
            return actions if model is msg.Command else st.none() | actions
        case "action_results":
            return st.none() | st.lists(built(msg.ActionResult), max_size=3).map(tuple)
        case _:
            return BY_NAME.get(name, st.none() | TEXTS)


def kinds(union: object) -> tuple[type[BaseModel], ...]:
    """List the members of ClientMessage or ServerMessage."""
    members: tuple[type[BaseModel], ...] = typing.get_args(typing.get_args(union)[0])
    return members


CLIENT_MESSAGES = st.one_of([built(kind) for kind in kinds(msg.ClientMessage)])
SERVER_MESSAGES = st.one_of([built(kind) for kind in kinds(msg.ServerMessage)])
