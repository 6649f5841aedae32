import pytest

from device_agent.inputs.keys import KEYS
from device_agent.inputs.x11_keysyms import NAMED, UNICODE, is_keypad, keysym_of, modern


@pytest.mark.parametrize(
    ("character", "keysym"),
    [
        ("a", 0x61),
        ("~", 0x7E),
        ("é", 0xE9),
        ("ÿ", 0xFF),
        ("Ā", UNICODE | 0x100),
        ("…", UNICODE | 0x2026),
        ("你", UNICODE | 0x4F60),
        ("😀", UNICODE | 0x1F600),
        ("\n", 0xFF0D),
        ("\t", 0xFF09),
    ],
)
def test_every_character_has_a_keysym(character: str, keysym: int) -> None:
    assert keysym_of(character) == keysym


@pytest.mark.parametrize("character", ["\x00", "\x07", "\x9f", "\ud800", "\ufffe", "\U0010ffff"])
def test_what_is_no_character_has_none(character: str) -> None:
    assert keysym_of(character) is None


# From X11/keysymdef.h, which names the code point of each.
@pytest.mark.parametrize(
    ("old", "character"),
    [
        (0x1A1, "Ą"),
        (0x1EC, "ě"),
        (0x2A1, "Ħ"),
        (0x3BF, "ŋ"),
        (0x5C8, "ب"),
        (0x6A3, "ё"),
        (0x6A7, "ї"),
        (0x6C4, "д"),
        (0x6FF, "Ъ"),
        (0x7C4, "Δ"),
        (0x7F9, "ω"),
        (0xCE0, "א"),
        (0xDA1, "ก"),
        (0x13BD, "œ"),
        (0x20AC, "€"),
    ],
)
def test_old_keysyms_are_the_same_characters(old: int, character: str) -> None:
    assert modern(old) == keysym_of(character)


@pytest.mark.parametrize("odd", [0x7D2, 0x7F2, 0x7F3, 0xFF0D, 0x61, UNICODE | 0x4F60])
def test_others_stay_what_they_are(odd: int) -> None:
    assert modern(odd) == odd


def test_every_named_key_has_a_keysym() -> None:
    assert set(NAMED) == KEYS
    assert is_keypad(NAMED["numenter"][0])
    assert not is_keypad(NAMED["f1"][0])
