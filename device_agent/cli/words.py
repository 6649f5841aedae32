"""`key=value` words to a tool's arguments. Pure."""

import json
from collections.abc import Iterable
from typing import Any

from ..catalog import Tool
from ..catalog.schema import input_schema
from .exits import UsageError

_TYPES = {
    bool: frozenset({"boolean"}),
    int: frozenset({"integer", "number"}),
    float: frozenset({"number"}),
    list: frozenset({"array"}),
    dict: frozenset({"object"}),
    type(None): frozenset({"null"}),
}


def arguments(tool: Tool, words: Iterable[str]) -> dict[str, Any]:
    """
    Read ``x=200 keys='["ctrl", "s"]' text=hello``.

    A value is taken as JSON when it parses and the argument can be of that type, else as text.

    Raises:
        UsageError: A word has no ``=``, or a key comes twice.

    """
    properties = input_schema(tool)["properties"]
    found: dict[str, Any] = {}
    for word in words:
        key, equals, text = word.partition("=")
        if not equals or not key:
            raise UsageError(f"{word!r} is no argument; write key=value, {_example(properties)}")
        if key in found:
            raise UsageError(f"the argument {key!r} is there twice; give it once")
        found[key] = _value(text, _wanted(properties.get(key, {})))
    return found


def _value(text: str, wanted: frozenset[str]) -> Any:  # noqa: ANN401 -- any JSON
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return text
    # A JSON text in quotes stays as it was typed: the shell has taken its quotes off already.
    return value if _TYPES.get(type(value), frozenset()) & wanted else text


def _wanted(schema: dict[str, Any]) -> frozenset[str]:
    # Null is allowed where the schema's plain form says so by its default alone.
    null = {"null"} if "default" in schema and schema["default"] is None else set()
    if "anyOf" in schema:
        return frozenset(null).union(*(_wanted(branch) for branch in schema["anyOf"]))
    if "type" in schema:
        return frozenset({schema["type"], *null})
    return frozenset({"string"}) if "enum" in schema else frozenset().union(*_TYPES.values())


def _example(properties: dict[str, Any]) -> str:
    return f"say {next(iter(properties))}=..." if properties else "but this tool takes none"
