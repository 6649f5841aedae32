"""
The messages as JSON Schema, for people who write the other side. Pure.

``device-agent schema`` prints it, docs/schema/aip.schema.json keeps it, and a test compares the
two. The schema says what is accepted; what is sent always has ``status``, too.
"""

import json
from typing import Final, TypeAlias

from pydantic import TypeAdapter

from .messages import ClientMessage, Json, ServerMessage
from .negotiation import SMALLEST_FRAME_BYTES

Schema: TypeAlias = dict[str, Json]

EXTENSIONS: Final = {
    "ack": "Outcomes are acknowledged, so that nobody has to guess whether they were kept.",
    "binary": "Reserved: payloads as binary frames behind a header. Nothing of it is sent yet.",
    "cancel": "A task can be stopped; it ends as TASK_END failed.",
    "plans": "A TASK may carry its steps as actions.",
    "progress": "How far a task has come is said while it runs.",
    "task_end": "A device may carry out a TASK by itself and say how it ended.",
}
"""Every extension that is a yes or nothing, in a sentence."""

_MAX_FRAME_BYTES: Final = {
    "type": "integer",
    "minimum": SMALLEST_FRAME_BYTES,
    "description": "The largest text frame this side takes, in bytes of UTF-8.",
}


def schemas() -> Schema:
    """Describe both directions in one JSON Schema (draft 2020-12), in wire spellings."""
    adapters = {
        "ClientMessage": TypeAdapter[Json](ClientMessage),
        "ServerMessage": TypeAdapter[Json](ServerMessage),
    }
    unions, shared = TypeAdapter.json_schemas(
        [(name, "validation", adapter) for name, adapter in adapters.items()]
    )
    parts: Schema = {name: _part(part) for name, part in shared["$defs"].items()}
    for (name, _), union in unions.items():
        parts[str(name)] = _plain(union)
    parts["Accepts"] = _accepts()
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "AIP as device-agent speaks it",
        "description": (
            "One text frame. Optional fields may be null or absent, which is the same; unknown "
            "fields are ignored. REGISTER carries Accepts as metadata.accepts, its answer as "
            "result.accepts; what both sides said holds for the link."
        ),
        "anyOf": [{"$ref": f"#/$defs/{name}"} for name in adapters],
        "$defs": dict(sorted(parts.items())),
    }


def render() -> str:
    """Write :func:`schemas` as docs/schema/aip.schema.json keeps it."""
    return json.dumps(schemas(), indent=2, ensure_ascii=False) + "\n"


def _part(part: Schema) -> Schema:
    plain: Schema = _plain(part)
    plain["title"] = part["title"]
    if "type" in plain["properties"]:
        # A model knows what it is; a frame has to say it.
        plain["properties"]["type"].pop("default", None)
        plain["required"] = ["type", *plain.get("required", ())]
    return plain


def _plain(node: Json) -> Json:
    """Leave out what says nothing, and differs between versions of pydantic."""
    if isinstance(node, list):
        return [_plain(item) for item in node]
    if not isinstance(node, dict):
        return node
    return {
        key: _plain(value)
        for key, value in node.items()
        if not (key == "title" and isinstance(value, str))
        and not (key == "additionalProperties" and value is True)
        and not (key == "default" and value is None)
    }


def _accepts() -> Schema:
    return {
        "title": "Accepts",
        "description": "What a side takes beyond plain AIP; a name that is absent means no.",
        "type": "object",
        "properties": {
            **{name: {"const": True, "description": said} for name, said in EXTENSIONS.items()},
            "max_frame_bytes": _MAX_FRAME_BYTES,
        },
    }
