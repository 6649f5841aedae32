"""
The names of keys: what people and models call them, and what we call them.

A key is either one character (``a``, ``é``, ``+``) or one of the names in :data:`KEYS`. The other
spellings are those of X11 and xdotool (``Page_Up``, ``KP_Enter``, ``Super_L``), of Anthropic's and
OpenAI's computer tools, and of pyautogui (``pgup``, ``winleft``). Capitals, ``_``, ``-`` and spaces
make no difference in a name.
"""

import difflib
from collections.abc import Iterable

from ..errors import Failure, ToolError

_MODIFIERS = """
ctrl        control ctrl_l control_l ctrlleft controlleft lctrl
ctrlright   ctrl_r control_r controlright rctrl
shift       shift_l shiftleft lshift
shiftright  shift_r rshift
alt         alt_l altleft option optionleft lalt
altright    alt_r optionright ralt
altgr       iso_level3_shift mode_switch alt_gr
win         super super_l winleft windows meta meta_l cmd command lwin leftwin start
winright    super_r meta_r rwin rightwin
"""

_NAMED = """
enter       return ret linefeed newline
tab
space       spacebar
backspace   back bksp
delete      del
insert      ins
esc         escape
home
end
pageup      page_up pgup prior
pagedown    page_down pgdn pgdown next
up          arrowup uparrow
down        arrowdown downarrow
left        arrowleft leftarrow
right       arrowright rightarrow
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
volumeup    xf86audioraisevolume audiovolumeup
volumedown  xf86audiolowervolume audiovolumedown
volumemute  xf86audiomute audiovolumemute mute
playpause   xf86audioplay mediaplaypause
nexttrack   xf86audionext mediatracknext
prevtrack   xf86audioprev mediatrackprevious
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
"""

LAST_FUNCTION_KEY = 24
FUNCTION_KEYS = tuple(f"f{number}" for number in range(1, LAST_FUNCTION_KEY + 1))


def _rows(table: str) -> Iterable[list[str]]:
    return (line.split() for line in table.splitlines() if line)


def _plain(spelling: str) -> str:
    return spelling.lower().replace("_", "").replace("-", "").replace(" ", "")


MODIFIERS = frozenset(row[0] for row in _rows(_MODIFIERS))
KEYS = frozenset(row[0] for row in _rows(_MODIFIERS + _NAMED)) | frozenset(FUNCTION_KEYS)
_SPELLINGS = (
    {_plain(spelling): row[0] for row in _rows(_MODIFIERS + _NAMED) for spelling in row}
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
    known = _SPELLINGS.get(_plain(spelling))
    if known is None:
        near = difflib.get_close_matches(_plain(spelling), _SPELLINGS, n=3)
        hint = f"; did you mean {', '.join(near)}?" if near else ""
        raise ToolError(Failure.BAD_ARGUMENTS, f"there is no key called {spelling!r}{hint}")
    return known


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
