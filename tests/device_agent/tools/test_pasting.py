"""Typing by copying and pasting, into a real window."""

from dataclasses import replace

import pytest

from device_agent.catalog import Tier
from device_agent.catalog.grant import Grant
from device_agent.catalog.keyboard import TypeTextArguments
from device_agent.clipboard import Clip, Content, Selection, Wanted
from device_agent.errors import Failure, ToolError
from device_agent.tools import pasting
from device_agent.tools.bench import Bench
from device_agent.tools.keyboard import type_text
from tests.device_agent.tools.conftest import Desk
from tests.device_agent.worker.hosts import pressed

LONG = "Zeile 1: héllo — 你好 😀 " + "long enough to be quicker this way. " * 60


def _allowed(desk: Desk) -> Bench:
    tiers = frozenset({Tier.INPUT, Tier.CLIPBOARD})
    return replace(desk.bench, grant=Grant(tiers=tiers))


def _copied(desk: Desk) -> Clip:
    clipboard = desk.bench.desktop.clipboard
    return clipboard.read(Selection.CLIPBOARD, Wanted.AUTO, 3.0, lambda: None)


def test_a_long_text_is_pasted_whole_and_the_clipboard_is_as_before(desk: Desk) -> None:
    desk.bench.desktop.clipboard.write(Selection.CLIPBOARD, Content(text="mine"))
    type_text(TypeTextArguments(text=LONG, via="clipboard"), _allowed(desk))
    desk.window.expect(LONG)
    assert _copied(desk).text == "mine"
    assert not pressed(desk.display)


def test_a_window_that_does_not_paste_is_a_failure(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pasting, "TAKEN_S", 0.3)
    desk.bench.desktop.clipboard.write(Selection.CLIPBOARD, Content(text="mine"))
    nowhere = TypeTextArguments(text="lost", via="clipboard", paste_keys="f9")
    with pytest.raises(ToolError, match="nothing took the text") as caught:
        type_text(nowhere, _allowed(desk))
    assert caught.value.failure is Failure.FAILED
    assert _copied(desk).text == "mine"
    assert desk.window.text() == ""


def test_it_needs_leave_to_use_the_clipboard(desk: Desk) -> None:
    with pytest.raises(ToolError, match="tier clipboard") as refused:
        type_text(TypeTextArguments(text="x", via="clipboard"), desk.bench)
    assert refused.value.failure is Failure.DENIED
    assert _copied(desk).text in {None, ""}
