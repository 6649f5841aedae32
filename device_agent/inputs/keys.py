"""
The names of keys: what people and models call them, and what we call them.

A key is either one character (``a``, ``é``, ``+``) or one of the names in :data:`KEYS`. The other
spellings are those of X11 and xdotool (``Page_Up``, ``KP_Enter``, ``Super_L``), of Anthropic's and
OpenAI's computer tools, and of pyautogui (``pgup``, ``winleft``). Capitals, ``_``, ``-`` and spaces
make no difference in a name.
"""

import difflib
import re
import sys
import unicodedata
from collections.abc import Iterable, Iterator

from ..errors import Failure, ToolError

_MODIFIERS = """
ctrl        control ctrl_l control_l ctrlleft controlleft lctrl
ctrlright   ctrl_r control_r controlright rctrl
shift       shift_l shiftleft lshift
shiftright  shift_r rshift
alt         alt_l altleft option optionleft lalt
altright    alt_r optionright ralt
altgr       iso_level3_shift mode_switch modechange alt_gr
win         super super_l winleft windows meta meta_l cmd command lwin leftwin start
winright    super_r meta_r rwin rightwin
"""

_NAMED = """
enter       return ret linefeed newline
tab
space       spacebar
backspace   back bksp
delete      del kp_delete
insert      ins kp_insert
esc         escape
home        kp_home
end         kp_end
pageup      page_up pgup prior kp_page_up kp_prior
pagedown    page_down pgdn pgdown next kp_page_down kp_next
up          arrowup uparrow kp_up
down        arrowdown downarrow kp_down
left        arrowleft leftarrow kp_left
right       arrowright rightarrow kp_right
capslock    caps_lock caps
numlock     num_lock
scrolllock  scroll_lock
printscreen print prtsc prtscr prntscrn snapshot
pause       pausebreak
menu        apps contextmenu
help
num0        kp_0 numpad0
num1        kp_1 numpad1
num2        kp_2 numpad2
num3        kp_3 numpad3
num4        kp_4 numpad4
num5        kp_5 numpad5
num6        kp_6 numpad6
num7        kp_7 numpad7
num8        kp_8 numpad8
num9        kp_9 numpad9
numadd      kp_add add numpadadd
numsubtract kp_subtract subtract numpadsubtract
nummultiply kp_multiply multiply numpadmultiply
numdivide   kp_divide divide numpaddivide
numdecimal  kp_decimal decimal numpaddecimal
numenter    kp_enter numpadenter
numseparator kp_separator separator
volumeup    xf86audioraisevolume audiovolumeup
volumedown  xf86audiolowervolume audiovolumedown
volumemute  xf86audiomute audiovolumemute mute
playpause   xf86audioplay mediaplaypause
nexttrack   xf86audionext mediatracknext
prevtrack   xf86audioprev mediatrackprevious
stoptrack   xf86audiostop stop mediastop
browserback xf86back
browserforward xf86forward
browserrefresh xf86reload xf86refresh
browserhome xf86homepage
browsersearch xf86search
browserstop xf86stop
browserfavorites xf86favorites
launchmail  xf86mail
launchmediaselect xf86audiomedia
launchapp1  xf86mycomputer
launchapp2  xf86calculator
sleep       xf86sleep
select
execute
clear
cancel
kana        kana_lock hiragana_katakana hanguel hangul
kanji       hanja hangul_hanja
junja       hangul_jeonja
convert     henkan henkan_mode
nonconvert  muhenkan
"""

# What only X knows.
_OF_X = """
break
sysrq       sys_req
undo
redo        again
find
cut         xf86cut
copy        xf86copy
paste       xf86paste
compose     multi_key
hyper       hyper_l
hyperright  hyper_r
backtab     iso_left_tab
browser     xf86www
explorer    xf86explorer
brightnessup xf86monbrightnessup
brightnessdown xf86monbrightnessdown
deadgrave   dead_grave
deadacute   dead_acute
deadcircumflex dead_circumflex
deadtilde   dead_tilde
deaddiaeresis dead_diaeresis
"""

# X11's names of characters, which models that learned from xdotool write into combinations.
_CHARACTERS = """
+ plus
- minus hyphen dash
= equal equals
, comma
. period dot
/ slash
\\ backslash
; semicolon
: colon
' apostrophe quoteright singlequote
" quotedbl doublequote
` grave quoteleft backtick
~ asciitilde tilde
! exclam
@ at
# numbersign hash
$ dollar
% percent
^ asciicircum caret
& ampersand
* asterisk star
( parenleft
) parenright
[ bracketleft
] bracketright
{ braceleft
} braceright
< less
> greater
? question
| bar pipe
_ underscore
€ eurosign
¡ exclamdown
¢ cent
£ sterling pound
¤ currency
¥ yen
¦ brokenbar
§ section
¨ diaeresis
© copyright
ª ordfeminine
« guillemotleft
¬ notsign
® registered
¯ macron
° degree
± plusminus
² twosuperior
³ threesuperior
\N{ACUTE ACCENT} acute
µ mu
¶ paragraph
· periodcentered
\N{CEDILLA} cedilla
¹ onesuperior
º masculine
» guillemotright
¼ onequarter
½ onehalf
¾ threequarters
¿ questiondown
÷ division
ß ssharp
"""

# What X calls letters with marks: the letter, and the last word of the letter's name in Unicode.
_FIRST_MARKED, _LAST_MARKED = 0xC0, 0xFF

LAST_FUNCTION_KEY = 24
FUNCTION_KEYS = tuple(f"f{number}" for number in range(1, LAST_FUNCTION_KEY + 1))


def _rows(table: str) -> Iterable[list[str]]:
    return (line.split() for line in table.splitlines() if line)


def _plain(spelling: str) -> str:
    return spelling.lower().replace("_", "").replace("-", "").replace(" ", "")


def _letters() -> Iterator[tuple[str, str]]:
    """Latin letters with marks, each with X's name, such as eacute and Eacute."""
    for code in range(_FIRST_MARKED, _LAST_MARKED + 1):
        found = _LETTER.fullmatch(unicodedata.name(chr(code)))
        if found is None:
            continue
        letter, mark = found["letter"], (found["mark"] or "").lower()
        name = letter.lower() + {"ring above": "ring", "stroke": "slash"}.get(mark, mark)
        capital = name.upper() if letter == "AE" else name.capitalize()
        yield chr(code), name if found["case"] == "SMALL" else capital


_LETTER = re.compile(r"LATIN (?P<case>SMALL|CAPITAL) LETTER (?P<letter>\w+)(?: WITH (?P<mark>.+))?")
MODIFIERS = frozenset(row[0] for row in _rows(_MODIFIERS))
ONLY_X = frozenset(row[0] for row in _rows(_OF_X))
_ALL = _MODIFIERS + _NAMED + _OF_X
KEYS = frozenset(row[0] for row in _rows(_ALL)) | frozenset(FUNCTION_KEYS)
_LETTERS = {name: letter for letter, name in _letters()}
_CODE_POINT = re.compile(r"[uU]\+?(?P<code>[0-9a-fA-F]{4,6})")
_SPELLINGS = (
    {_plain(spelling): row[0] for row in _rows(_ALL) for spelling in row}
    | {
        # The character itself is no spelling: one character always means itself.
        spelling: row[0]
        for row in _rows(_CHARACTERS)
        for spelling in row[1:]
    }
    | {name: name for name in FUNCTION_KEYS}
)


def key_named(spelling: str) -> str:
    """
    Our name for a key, or its character.

    Raises:
        ToolError: ``bad_arguments`` for an unknown name, with the nearest known ones.

    """
    if len(spelling) == 1:
        return _SPECIAL.get(spelling, spelling)
    known = _LETTERS.get(spelling) or _SPELLINGS.get(_plain(spelling)) or _by_code(spelling)
    if known is None:
        near = difflib.get_close_matches(_plain(spelling), _SPELLINGS, n=3)
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        raise ToolError(Failure.BAD_ARGUMENTS, f"there is no key called {spelling!r}{hint}")
    return known


def _by_code(spelling: str) -> str | None:
    """The character whose code point it names, as in U20AC and U+20AC."""
    found = _CODE_POINT.fullmatch(spelling)
    code = int(found["code"], 16) if found else 0
    return chr(code) if 0x20 < code <= sys.maxunicode else None


_SPECIAL = {
    "\n": "enter",
    "\r": "enter",
    "\t": "tab",
    "\b": "backspace",
    "\x1b": "esc",
    " ": "space",
}


def combination(keys: str | Iterable[str]) -> tuple[str, ...]:
    """
    The keys of a combination, in the order to press them.

    Args:
        keys: ``"ctrl+shift+t"``, ``"Ctrl-Alt-Delete"``, ``"ctrl++"``, or the keys one by one.

    Raises:
        ToolError: ``bad_arguments`` where it is empty or names an unknown key.

    """
    parts = _split(keys) if isinstance(keys, str) else list(keys)
    if not parts:
        raise ToolError(Failure.BAD_ARGUMENTS, "a combination needs at least one key")
    named = [key_named(part) for part in parts]
    if len(named) > 1:
        # "ctrl+S" means the key S, not Shift with it: who wants Shift says so.
        named = [key.lower() if len(key) == 1 and key.isalpha() else key for key in named]
    return tuple(named)


def _split(text: str) -> list[str]:
    if len(text) == 1:
        return [text]
    stripped = text.strip()
    if stripped.endswith("++"):
        return [*_split(stripped[:-2]), "+"]
    if "+" in stripped:
        return [part.strip() for part in stripped.split("+")]
    dashed = stripped.split("-")
    if len(dashed) > 1 and _SPELLINGS.get(_plain(dashed[0])) in MODIFIERS and all(dashed):
        return dashed
    return [stripped] if stripped else []
