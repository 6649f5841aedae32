"""The published schema is the one that the code obeys."""

import json

import pytest

from device_agent.protocol.messages import ClientMessage, Json, ServerMessage
from device_agent.protocol.negotiation import KNOWN
from device_agent.protocol.schema import EXTENSIONS, render, schemas
from tests.contracts.tracked import ROOT
from tests.golden import UPDATE, Golden, golden
from tests.properties.wire import kinds

PARTS = schemas()["$defs"]
PUBLISHED = ROOT / "docs" / "schema" / "aip.schema.json"


def test_the_published_schema_is_up_to_date() -> None:
    if UPDATE:
        PUBLISHED.write_text(render(), encoding="utf-8")
    assert PUBLISHED.read_text(encoding="utf-8") == render()


@pytest.mark.parametrize(
    ("name", "union"), [("ClientMessage", ClientMessage), ("ServerMessage", ServerMessage)]
)
def test_every_kind_is_in_its_direction(name: str, union: object) -> None:
    shown = PARTS[name]["oneOf"]
    assert {ref["$ref"] for ref in shown} == {f"#/$defs/{kind.__name__}" for kind in kinds(union)}


def test_every_frame_has_to_say_its_type() -> None:
    for kind in (*kinds(ClientMessage), *kinds(ServerMessage)):
        assert "type" in PARTS[kind.__name__]["required"]
        assert PARTS[kind.__name__]["properties"]["type"]["const"]


def test_every_extension_is_described() -> None:
    assert set(EXTENSIONS) == KNOWN
    assert set(PARTS["Accepts"]["properties"]) == {*KNOWN, "max_frame_bytes"}


def test_the_schema_speaks_the_language_of_the_wire() -> None:
    assert "task_id" not in render()
    assert "session_id" in render()


@golden("client", "server")
def test_what_we_write_is_in_the_schema(frame: Golden) -> None:
    content = frame.read()
    part: Json = PARTS[content["message"]]
    assert set(content["written"]) <= set(part["properties"])
    assert set(part["required"]) <= set(content["written"])
    assert json.dumps(part["properties"]["type"]["const"]) == json.dumps(content["frame"]["type"])
