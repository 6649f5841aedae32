"""Using the keyboard, into a real window."""

import pytest

from device_agent.catalog.keyboard import KeyArguments, PressKeysArguments, TypeTextArguments
from device_agent.errors import Failure, ToolError
from device_agent.tools.keyboard import PIECE_CHARS, key_down, key_up, press_keys, type_text
from tests.device_agent.tools.conftest import Desk
from tests.device_agent.worker.hosts import pressed


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
