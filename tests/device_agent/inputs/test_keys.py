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
        ("KP_Home", "home"),
        ("Multi_key", "compose"),
        ("browserback", "browserback"),
        ("XF86Back", "browserback"),
        ("adiaeresis", "ä"),
        ("Adiaeresis", "Ä"),
        ("aring", "å"),
        ("Oslash", "Ø"),
        ("AE", "Æ"),
        ("ccedilla", "ç"),
        ("ssharp", "ß"),
        ("EuroSign", "€"),
        ("section", "§"),
        ("yen", "¥"),
        ("U20AC", "€"),
        ("U+1F600", "😀"),
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


PYAUTOGUI = """
add alt altleft altright apps backspace browserback browserfavorites browserforward browserhome
browserrefresh browsersearch browserstop capslock clear convert ctrl ctrlleft ctrlright decimal del
delete divide down end enter esc escape execute f1 f12 f24 hangul hanja help home insert junja kana
kanji launchapp1 launchapp2 launchmail launchmediaselect left modechange multiply nexttrack
nonconvert num0 num9 numlock pagedown pageup pause pgdn pgup playpause prevtrack print printscreen
prntscrn prtsc prtscr return right scrolllock select separator shift shiftleft shiftright sleep
space stop subtract tab up volumedown volumemute volumeup win winleft winright yen command option
optionleft optionright
"""
OPENAI = """
ENTER CTRL ALT SHIFT META CMD WIN SUPER OPTION ARROWLEFT ARROWRIGHT ARROWUP ARROWDOWN ESC BACKSPACE
DELETE TAB SPACE PAGEUP PAGEDOWN HOME END INSERT CAPSLOCK / \\ a A F1 F12 PLUS MINUS
"""
XDOTOOL = """
Return BackSpace Tab ISO_Left_Tab Escape Page_Up Page_Down Prior Next Home End Insert Delete Left
Right Up Down F1 F12 Super_L Super_R Control_L Control_R Alt_L Alt_R Shift_L Shift_R Meta_L Hyper_L
Caps_Lock Num_Lock Scroll_Lock Print Sys_Req Break Pause Menu Undo Redo Find Cancel Help Clear
KP_0 KP_9 KP_Enter KP_Add KP_Subtract KP_Multiply KP_Divide KP_Decimal KP_Home KP_Prior KP_Next
space plus minus equal comma period slash backslash semicolon colon apostrophe quotedbl grave
asciitilde exclam at numbersign dollar percent asciicircum ampersand asterisk parenleft parenright
bracketleft bracketright braceleft braceright less greater question bar underscore dead_acute
XF86AudioRaiseVolume XF86AudioPlay XF86AudioStop XF86Back XF86Reload XF86MonBrightnessUp XF86Copy
eacute Eacute egrave ecircumflex ediaeresis ntilde oslash thorn eth degree onehalf guillemotleft
"""


@pytest.mark.parametrize("vocabulary", [PYAUTOGUI, OPENAI, XDOTOOL])
def test_a_vocabulary_is_known_to_its_last_word(vocabulary: str) -> None:
    for spelling in vocabulary.split():
        key = key_named(spelling)
        assert key in KEYS or len(key) == 1, spelling
