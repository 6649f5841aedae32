"""Using the keyboard, into a real window."""

import threading
import time

import pytest

from device_agent.catalog.keyboard import (
    HoldKeysArguments,
    KeyArguments,
    PressKeysArguments,
    TypeTextArguments,
)
from device_agent.errors import Failure, ToolError
from device_agent.tools.keyboard import (
    PIECE_CHARS,
    hold_keys,
    key_down,
    key_up,
    press_keys,
    type_text,
)
from tests.device_agent.tools.conftest import Desk
from tests.device_agent.worker.hosts import pressed
from tests.x11 import wait_until


def test_M_06_a_text_arrives_as_it_is(desk: Desk) -> None:
    type_text(TypeTextArguments(text="<héllo> 你好"), desk.bench)
    desk.window.expect("<héllo> 你好")


def test_a_text_of_several_pieces_arrives_whole(desk: Desk) -> None:
    text = "0123456789" * (PIECE_CHARS // 10 + 1)
    type_text(TypeTextArguments(text=text), desk.bench)
    desk.window.expect(text)


def test_keys_are_pressed_together(desk: Desk) -> None:
    type_text(TypeTextArguments(text="abc"), desk.bench)
    press_keys(PressKeysArguments(keys="ctrl+s"), desk.bench)
    press_keys(PressKeysArguments(keys=("BackSpace",), repeat=2), desk.bench)
    desk.window.expect("a[Control-s]")
    assert not pressed(desk.display)


def test_keys_may_be_held_for_a_while(desk: Desk) -> None:
    press_keys(PressKeysArguments(keys="shift", hold_s=0.05), desk.bench)
    assert not pressed(desk.display)
    desk.bench.cancellation.cancel()
    with pytest.raises(ToolError) as caught:
        press_keys(PressKeysArguments(keys="shift", hold_s=60), desk.bench)
    assert caught.value.failure is Failure.CANCELLED
    assert not pressed(desk.display)


def test_keys_are_held_for_as_long_as_asked(desk: Desk) -> None:
    seen: list[bool] = []

    def look() -> None:
        wait_until(lambda: bool(pressed(desk.display)), "the keys are down", 5.0)
        seen.append(True)

    watcher = threading.Thread(target=look)
    watcher.start()
    began_s = time.monotonic()
    hold_keys(HoldKeysArguments(keys="ctrl+shift", duration_s=1.0), desk.bench)
    assert time.monotonic() - began_s >= 1.0
    watcher.join()
    assert seen
    assert not pressed(desk.display)


def test_a_key_that_is_held_repeats_as_a_person_s_would(desk: Desk) -> None:
    hold_keys(HoldKeysArguments(keys="x", duration_s=1.0), desk.bench)
    desk.window.listen(5.0)
    wait_until(lambda: "xxx" in desk.window.text() or not desk.window.listen(2.0), "repeats", 5.0)
    assert desk.window.text().startswith("xxx")


def test_a_hold_ends_when_nobody_wants_it(desk: Desk) -> None:
    desk.bench.cancellation.cancel()
    with pytest.raises(ToolError) as caught:
        hold_keys(HoldKeysArguments(keys="shift", duration_s=60), desk.bench)
    assert caught.value.failure is Failure.CANCELLED
    assert not pressed(desk.display)


def test_a_text_that_cannot_be_typed_to_its_end_is_refused_before_the_first_key(
    desk: Desk,
) -> None:
    for wrong in ("\x00", "\ud800", "\x1f", "\uffff"):
        with pytest.raises(ToolError, match="cannot be typed") as refused:
            type_text(TypeTextArguments(text="a" * (2 * PIECE_CHARS) + wrong), desk.bench)
        assert refused.value.failure is Failure.BAD_ARGUMENTS
    type_text(TypeTextArguments(text="z"), desk.bench)
    desk.window.expect("z")


def test_a_text_that_was_cut_short_says_how_much_of_it_was_typed(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs = desk.bench.desktop.inputs
    typed = inputs.type_text

    def once(text: str) -> None:
        typed(text)
        desk.bench.cancellation.cancel()

    monkeypatch.setattr(inputs, "type_text", once)
    with pytest.raises(ToolError, match=f"the first {PIECE_CHARS} of {PIECE_CHARS + 5}") as caught:
        type_text(TypeTextArguments(text="b" * (PIECE_CHARS + 5)), desk.bench)
    assert caught.value.failure is Failure.CANCELLED


def test_a_key_stays_down_until_it_is_released(desk: Desk) -> None:
    key_down(KeyArguments(key="ctrl"), desk.bench)
    assert pressed(desk.display)
    assert desk.bench.desktop.held == (("ctrl",), ())
    key_up(KeyArguments(key="Control_L"), desk.bench)
    assert not pressed(desk.display)


def test_a_key_that_does_not_exist_is_told_its_nearest(desk: Desk) -> None:
    with pytest.raises(ToolError) as caught:
        press_keys(PressKeysArguments(keys="ctlr+s"), desk.bench)
    assert caught.value.failure is Failure.BAD_ARGUMENTS


def test_typing_ends_when_nobody_wants_it(desk: Desk) -> None:
    desk.bench.cancellation.cancel()
    with pytest.raises(ToolError) as caught:
        type_text(TypeTextArguments(text="never"), desk.bench)
    assert caught.value.failure is Failure.CANCELLED
    assert desk.window.text() == ""
