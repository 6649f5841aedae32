"""Keys in pywinauto's spelling."""

from typing import Any

import pytest

from device_agent.catalog.dialects import ufo_keys
from device_agent.errors import Failure, ToolError


def _press(*keys: str, **more: int) -> tuple[str, dict[str, Any]]:
    return ("press_keys", {"keys": keys, **more})


def _type(text: str) -> tuple[str, dict[str, Any]]:
    return ("type_text", {"text": text})


TABLE: list[tuple[str, list[tuple[str, dict[str, Any]]]]] = [
    ("", []),
    ("hello world\nhé 😀", [_type("hello world\nhé 😀")]),
    ("{ENTER}", [_press("enter")]),
    ("a~b", [_type("a"), _press("enter"), _type("b")]),
    ("{TAB 2}", [_press("tab", repeat=2)]),
    ("^s", [_press("ctrl", "s")]),
    ("%{F4}", [_press("alt", "f4")]),
    ("^+t", [_press("ctrl", "shift", "t")]),
    ("^(ac)", [_press("ctrl", "a"), _press("ctrl", "c")]),
    ("(ab)", [_type("ab")]),
    ("{VK_CONTROL}c", [_press("ctrl", "c")]),
    ("{VK_CONTROL}{VK_SHIFT}{ESC}", [_press("ctrl", "shift", "esc")]),
    ("{VK_LWIN}", [_press("win")]),
    ("{VK_LWIN}r", [_press("win", "r")]),
    ("{VK_RETURN}", [_press("return")]),
    ("{VK_F5}", [_press("f5")]),
    ("{VK_NUMPAD7}", [_press("num7")]),
    ("{BS 3}", [_press("backspace", repeat=3)]),
    ("{PGUP}{DEL}", [_press("pgup"), _press("del")]),
    (
        "{VK_SHIFT down}ab{VK_SHIFT up}",
        [("key_down", {"key": "shift"}), _type("ab"), ("key_up", {"key": "shift"})],
    ),
    ("{a down}{a up}", [("key_down", {"key": "a"}), ("key_up", {"key": "a"})]),
    ("1{+}1{{}{}}{(}{~}{^}{%}", [_type("1+1{}(~^%")]),
    ("{x 3}", [_type("xxx")]),
    ("{ }", [_type(" ")]),
    ("^a{DELETE}new", [_press("ctrl", "a"), _press("delete"), _type("new")]),
]


@pytest.mark.parametrize(("keys", "calls"), TABLE)
def test_a_key_sequence(keys: str, calls: list[Any]) -> None:
    made = ufo_keys.calls(keys)
    assert [(call.tool.name, call.arguments.model_dump(exclude_unset=True)) for call in made] == (
        calls
    )
    assert all(call.tool in ufo_keys.TOOLS for call in made)


@pytest.mark.parametrize("keys", ["{ENTER", "^(ab", "{TAB x}", "{TAB 0}", "{TAB 9999}", "{", "{}"])
def test_what_is_not_well_formed_is_refused(keys: str) -> None:
    with pytest.raises(ToolError, match="argument keys") as caught:
        ufo_keys.calls(keys)
    assert caught.value.failure is Failure.BAD_ARGUMENTS
