"""docs/protocol.md leaves out nothing that the code has a word for."""

import re

import pytest

from device_agent.errors import Breach, Failure
from device_agent.protocol.messages import ClientMessage, ServerMessage
from device_agent.protocol.negotiation import KNOWN
from tests.contracts.tracked import ROOT, tracked_files
from tests.properties.wire import kinds

PAGE = (ROOT / "docs" / "protocol.md").read_text(encoding="utf-8")
KINDS = {
    kind.model_fields["type"].default for kind in (*kinds(ClientMessage), *kinds(ServerMessage))
}


@pytest.mark.parametrize(
    "word",
    sorted(
        {*KINDS, *KNOWN, "max_frame_bytes", *(f.value for f in Failure), *(b.value for b in Breach)}
    ),
)
def test_the_page_has_the_word(word: str) -> None:
    assert f"`{word}`" in PAGE


def test_every_section_that_the_code_names_is_there() -> None:
    headings = set(re.findall(r"^#+ (\d+(?:\.\d+)?) ", PAGE, re.MULTILINE))
    points = {f"0.{number}" for number in re.findall(r"^(\d+)\. ", PAGE, re.MULTILINE)}
    named = {
        section
        for path in tracked_files()
        if path.suffix == ".py"
        for section in re.findall(r"AIP, section (\d+(?:\.\d+)?)", path.read_text(encoding="utf-8"))
    }
    assert named
    assert named <= headings | points
