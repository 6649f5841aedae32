import pytest

from device_agent.errors import Failure, ToolError
from device_agent.inputs.keys import KEYS, MODIFIERS, combination, key_named


@pytest.mark.parametrize(
    ("spelling", "key"),
    [
        ("Return", "enter"),
        ("ENTER", "enter"),
        ("Page_Up", "pageup"),
        ("page-up", "pageup"),
        ("PgUp", "pageup"),
        ("Prior", "pageup"),
        ("KP_Enter", "numenter"),
        ("Super_L", "win"),
        ("cmd", "win"),
        ("META", "win"),
        ("Control_L", "ctrl"),
        ("ISO_Level3_Shift", "altgr"),
        ("ArrowLeft", "left"),
        ("F12", "f12"),
        ("XF86AudioPlay", "playpause"),
        ("plus", "+"),
        ("numbersign", "#"),
        ("a", "a"),
        ("A", "A"),
        ("é", "é"),
        ("-", "-"),
        ("_", "_"),
        ("+", "+"),
        (" ", "space"),
        ("\n", "enter"),
        ("\t", "tab"),
    ],
)
def test_many_spellings_mean_one_key(spelling: str, key: str) -> None:
    assert key_named(spelling) == key


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("ctrl+s", ("ctrl", "s")),
        ("CTRL+SHIFT+Escape", ("ctrl", "shift", "esc")),
        ("ctrl + c", ("ctrl", "c")),
        ("Ctrl-Alt-Delete", ("ctrl", "alt", "delete")),
        ("ctrl+S", ("ctrl", "s")),
        ("ctrl++", ("ctrl", "+")),
        ("ctrl+plus", ("ctrl", "+")),
        ("ctrl+-", ("ctrl", "-")),
        ("+", ("+",)),
        ("A", ("A",)),
        ("page-up", ("pageup",)),
        (["CTRL", "a"], ("ctrl", "a")),
        (("alt", "f4"), ("alt", "f4")),
    ],
)
def test_combinations_are_read_as_people_write_them(
    text: str | list[str], keys: tuple[str, ...]
) -> None:
    assert combination(text) == keys


def test_an_unknown_name_is_answered_with_the_nearest() -> None:
    with pytest.raises(ToolError) as refused:
        combination("ctrl+retrn")
    assert refused.value.failure is Failure.BAD_ARGUMENTS
    assert "return" in refused.value.detail


@pytest.mark.parametrize("empty", ["", [], "ctrl+", "+ctrl"])
def test_a_combination_with_a_hole_is_refused(empty: str | list[str]) -> None:
    with pytest.raises(ToolError) as refused:
        combination(empty)
    assert refused.value.failure is Failure.BAD_ARGUMENTS


def test_every_key_knows_its_own_name() -> None:
    assert all(key_named(key) == key for key in KEYS)
    assert MODIFIERS < KEYS
