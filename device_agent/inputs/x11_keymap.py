"""
What the keys of an X server can type, and how a text becomes strokes on them. Pure.

A character that no key of the layout carries is bound to a spare keycode, two characters to each:
one plain, one with Shift. A program reads the bindings when it looks at the keys, which may be much
later than we pressed them; so a text is cut into batches. Within a batch nothing is bound anew, and
before a batch takes a binding away from an earlier one, the caller waits until programs have read
those keys.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from ..errors import Failure, ToolError
from .x11_keysyms import (
    ISO_LEVEL3_SHIFT,
    NO_SYMBOL,
    SHIFT_L,
    is_keypad,
    keysym_of,
    modern,
)

# Where GetKeyboardMapping puts the first group's four levels ("Core keyboard mapping" in the XKB
# protocol): plain, Shift, AltGr, Shift with AltGr. Places 2 and 3 are the second group's.
LEVELS = (0, 1, 4, 5)
SLOTS_A_KEYCODE = 2
FIRST_BEYOND_ASCII = 0x80

Pair = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Stroke:
    """One key with the modifiers that its keysym needs."""

    keycode: int
    shift: bool = False
    level3: bool = False


@dataclass(frozen=True, slots=True)
class Keymap:
    """
    What the layout has to offer.

    Attributes:
        strokes: For each keysym that the layout carries, the simplest stroke for it.
        spare: Keycodes that carry nothing, and those of our own bindings.
        shift: Keycode of Shift.
        level3: Keycode of AltGr, None where the layout has none.

    """

    strokes: Mapping[int, Stroke]
    spare: tuple[int, ...]
    shift: int
    level3: int | None

    @property
    def capacity(self) -> int:
        """How many characters can be bound at the same time."""
        return SLOTS_A_KEYCODE * len(self.spare)


def read_keymap(
    first_keycode: int,
    rows: Sequence[Sequence[int]],
    modifier_keycodes: Iterable[int],
    ours: Mapping[int, Pair],
) -> Keymap:
    """
    Read a layout from the answers of GetKeyboardMapping and GetModifierMapping.

    Args:
        first_keycode: Of the first row.
        rows: The keysyms of each keycode.
        modifier_keycodes: Keycodes that act as modifiers.
        ours: What we bound ourselves; rows that still say so are no part of the layout.

    Raises:
        ToolError: ``unavailable`` where the keyboard has no Shift.

    """
    modifiers = frozenset(modifier_keycodes) - {0}
    numbered = list(enumerate(rows, first_keycode))
    spare = [
        keycode
        for keycode, row in numbered
        if _still_ours(row, ours.get(keycode))
        or (not any(row) and keycode != first_keycode and keycode not in modifiers)
    ]
    layout = [(keycode, row) for keycode, row in numbered if keycode not in set(spare)]
    shift = _modifier(layout, SHIFT_L, modifiers)
    level3 = _modifier(layout, ISO_LEVEL3_SHIFT, modifiers)
    if shift is None:
        raise ToolError(Failure.UNAVAILABLE, "the X server's keyboard has no Shift key")
    return Keymap(_strokes(layout, level3 is not None), tuple(spare), shift, level3)


def _strokes(layout: Sequence[tuple[int, Sequence[int]]], has_level3: bool) -> dict[int, Stroke]:
    strokes: dict[int, Stroke] = {}
    # First what needs no AltGr, wherever it is.
    for levels in (LEVELS[:2], LEVELS[2:] if has_level3 else ()):
        for keycode, row in layout:
            for keysym, stroke in _on_key(keycode, row, levels):
                strokes.setdefault(keysym, stroke)
    return strokes


def written(pair: Pair) -> Pair:
    """
    What a binding puts on its keycode.

    An empty half repeats the other one: a keycode with one letter alone would get both its cases.
    """
    plain, shifted = pair
    return plain, shifted or plain


def still_ours(
    first_keycode: int, rows: Sequence[Sequence[int]], ours: Mapping[int, Pair]
) -> list[int]:
    """Keycodes whose rows still say what we bound to them."""
    return [
        keycode
        for keycode, row in enumerate(rows, first_keycode)
        if _still_ours(row, ours.get(keycode))
    ]


def _still_ours(row: Sequence[int], pair: Pair | None) -> bool:
    return pair is not None and tuple(row[:SLOTS_A_KEYCODE]) == written(pair)


def _modifier(
    layout: Iterable[tuple[int, Sequence[int]]], keysym: int, modifiers: frozenset[int]
) -> int | None:
    return next(
        (keycode for keycode, row in layout if row[0] == keysym and keycode in modifiers), None
    )


def _on_key(
    keycode: int, row: Sequence[int], levels: Iterable[int]
) -> Iterable[tuple[int, Stroke]]:
    if any(is_keypad(keysym) for keysym in row):
        # Num Lock decides what these mean: only their own first name is safe.
        if 0 in levels:
            yield from ((keysym, Stroke(keycode)) for keysym in row if is_keypad(keysym))
        return
    for level in levels:
        if level < len(row) and row[level] != NO_SYMBOL:
            place = LEVELS.index(level)
            yield modern(row[level]), Stroke(keycode, bool(place & 1), bool(place & 2))


@dataclass(slots=True)
class Bindings:
    """
    Which keysym is bound to which half of which spare keycode.

    Attributes:
        pairs: For each spare keycode its plain and its Shift keysym; 0 where nothing is bound.

    """

    pairs: dict[int, Pair] = field(default_factory=dict)

    def strokes(self) -> dict[int, Stroke]:
        """How to type each keysym that is bound."""
        return {
            keysym: Stroke(keycode, shift=bool(half))
            for keycode, pair in self.pairs.items()
            for half, keysym in enumerate(pair)
            if keysym != NO_SYMBOL
        }

    def keep_only(self, keycodes: Iterable[int]) -> None:
        """Forget all but *keycodes*: the others are not ours any more."""
        kept = set(keycodes)
        self.pairs = {code: pair for code, pair in self.pairs.items() if code in kept}


@dataclass(frozen=True, slots=True)
class Batch:
    """
    Strokes that need no other bindings than those made before the first of them.

    Attributes:
        bind: Keycodes to bind first, with their plain and Shift keysyms.
        replaces: Whether that takes a keysym away which was bound before.
        strokes: What to press, in order.
        bound: Whether any stroke is on a bound keycode.

    """

    bind: Mapping[int, Pair]
    replaces: bool
    strokes: tuple[Stroke, ...]
    bound: bool


def text_keysyms(text: str) -> list[int]:
    """
    The keysyms of *text*; CR LF counts as one line break.

    Raises:
        ToolError: ``bad_arguments`` for a character that no key can stand for.

    """
    keysyms = []
    for character in text.replace("\r\n", "\n"):
        keysym = keysym_of(character)
        if keysym is None:
            raise ToolError(
                Failure.BAD_ARGUMENTS, f"the character U+{ord(character):04X} cannot be typed"
            )
        keysyms.append(keysym)
    return keysyms


def plan(keysyms: Sequence[int], keymap: Keymap, bindings: Bindings) -> list[Batch]:
    """
    Cut *keysyms* into batches and assign spare keycodes; *bindings* is then as after the last.

    Raises:
        ToolError: ``unavailable`` where something must be bound and no keycode is spare.

    """
    batches = []
    start = 0
    while start < len(keysyms):
        end, foreign = _longest(keysyms, start, keymap)
        bind, replaces = _bind(foreign, keymap, bindings)
        reachable = bindings.strokes() if foreign else {}
        strokes = tuple(
            keymap.strokes.get(keysym) or reachable[keysym] for keysym in keysyms[start:end]
        )
        batches.append(Batch(bind, replaces, strokes, bool(foreign)))
        start = end
    return batches


def _longest(keysyms: Sequence[int], start: int, keymap: Keymap) -> tuple[int, dict[int, None]]:
    """How far the text goes with what can be bound at once, and what must be bound for it."""
    foreign: dict[int, None] = {}
    for place in range(start, len(keysyms)):
        keysym = keysyms[place]
        if keysym in keymap.strokes or keysym in foreign:
            continue
        if len(foreign) == keymap.capacity:
            if not foreign:
                raise ToolError(
                    Failure.UNAVAILABLE,
                    f"the keyboard layout has no key for keysym {keysym:#x}, and no spare keycode",
                )
            return place, foreign
        foreign[keysym] = None
    return len(keysyms), foreign


def _bind(
    foreign: Mapping[int, None], keymap: Keymap, bindings: Bindings
) -> tuple[dict[int, Pair], bool]:
    """Give every keysym of *foreign* half a keycode, empty halves first."""
    known = bindings.strokes()
    missing = [keysym for keysym in foreign if keysym not in known]
    if not missing:
        return {}, False
    halves = [
        (keycode, half, bindings.pairs.get(keycode, (NO_SYMBOL, NO_SYMBOL))[half])
        for keycode in keymap.spare
        for half in range(SLOTS_A_KEYCODE)
    ]
    empty = [place for place in halves if place[2] == NO_SYMBOL]
    taken = [place for place in halves if place[2] != NO_SYMBOL and place[2] not in foreign]
    # Some layouts lack a few ASCII characters, which come back in every text: taken away last.
    taken.sort(key=lambda place: place[2] < FIRST_BEYOND_ASCII)
    changed: dict[int, Pair] = {}
    for keysym, (keycode, half, _) in zip(missing, [*empty, *taken], strict=False):
        pair = list(bindings.pairs.get(keycode, (NO_SYMBOL, NO_SYMBOL)))
        pair[half] = keysym
        bindings.pairs[keycode] = changed[keycode] = (pair[0], pair[1])
    return changed, len(missing) > len(empty)
