"""Schemas that prompt builders can read."""

from typing import Any

import pytest

from device_agent.catalog import TOOLS, Tool
from device_agent.catalog.schema import input_schema, output_schema


def _everywhere(schema: object) -> list[dict[str, Any]]:
    if isinstance(schema, list):
        return [found for item in schema for found in _everywhere(item)]
    if not isinstance(schema, dict):
        return []
    return [schema, *(found for value in schema.values() for found in _everywhere(value))]


@pytest.mark.parametrize("tool", TOOLS.values(), ids=lambda tool: tool.name)
def test_every_property_has_a_type_and_no_reference(tool: Tool) -> None:
    for schema in (input_schema(tool), output_schema(tool)):
        assert schema["type"] == "object"
        assert all(each["type"] for each in schema["properties"].values())
        for part in _everywhere(schema):
            assert not {"$ref", "$defs"} & part.keys()


def test_a_property_that_may_be_null_keeps_its_type_and_default() -> None:
    region = input_schema(TOOLS["screenshot"])["properties"]["region"]
    assert region["type"] == "object"
    assert region["default"] is None
    assert set(region["properties"]) == {
        *("x", "y", "width", "height"),
        *("frame_id", "window_id", "unit"),
    }


def test_a_property_with_several_types_says_the_first_and_all() -> None:
    command = input_schema(TOOLS["shell"])["properties"]["command"]
    assert command["type"] == "string"
    assert [branch["type"] for branch in command["anyOf"]] == ["string", "array"]


def test_a_property_called_title_is_a_property() -> None:
    (windows,) = output_schema(TOOLS["list_windows"])["properties"].values()
    assert "title" in windows["items"]["properties"]
