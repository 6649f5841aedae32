"""The catalog as JSON Schema, in the plain form that peers and models can read."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from pydantic import BaseModel

from .tool import Tool

Schema = dict[str, Any]


def input_schema(tool: Tool) -> Schema:
    """What *tool* takes; every property is an object with type, description and default."""
    return plain(tool.arguments)


def output_schema(tool: Tool) -> Schema:
    """What *tool* gives."""
    return plain(tool.result)


@cache
def plain(model: type[BaseModel]) -> Schema:
    """
    The schema of *model* without references, titles and null branches; not to be changed.

    A property that may be null keeps its other branch's type beside ``"default": null``: prompt
    builders read ``type`` and ``default`` and know nothing of anyOf.
    """
    whole = model.model_json_schema()
    definitions = whole.pop("$defs", {})
    simple: Schema = _simplified(whole, definitions)
    simple.setdefault("properties", {})
    return simple


def _simplified(schema: Any, definitions: Mapping[str, Any]) -> Any:  # noqa: ANN401 -- JSON
    if isinstance(schema, list):
        return [_simplified(item, definitions) for item in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        target = definitions[schema["$ref"].rpartition("/")[2]]
        schema = {**target, **{key: schema[key] for key in schema if key != "$ref"}}
    kept = {
        key: _properties(value, definitions)
        if key == "properties"
        else _simplified(value, definitions)
        for key, value in schema.items()
        if key != "title"
    }
    return _without_null(kept)


def _properties(properties: Mapping[str, Any], definitions: Mapping[str, Any]) -> Schema:
    # Not a schema but a mapping of names to schemas: a property may well be called "title".
    return {name: _simplified(value, definitions) for name, value in properties.items()}


def _without_null(schema: Schema) -> Schema:
    branches = schema.get("anyOf")
    if branches is None:
        return schema
    real = [branch for branch in branches if branch != {"type": "null"}]
    rest = {key: value for key, value in schema.items() if key != "anyOf"}
    if len(real) == 1:
        return {**real[0], **rest}
    # Several real branches: say the first one's type for readers that want one.
    return {"type": real[0].get("type", "string"), "anyOf": real, **rest}
