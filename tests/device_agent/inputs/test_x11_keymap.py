from collections.abc import Sequence

import pytest

from device_agent.errors import Failure, ToolError
from device_agent.inputs.x11_keymap import (
    Batch,
    Bindings,
    Keymap,
    Stroke,
    plan,
    read_keymap,
    still_ours,
    text_keysyms,
    written,
)
from device_agent.inputs.x11_keysyms import ISO_LEVEL3_SHIFT, SHIFT_L, keysym_of

FIRST = 8
NOTHING = [0] * 7
# As a German keyboard looks to GetKeyboardMapping: q with @ behind AltGr, "<" beside Shift.
ROWS = [
    NOTHING,
    [SHIFT_L, 0, SHIFT_L, 0, 0, 0, 0],
    [ISO_LEVEL3_SHIFT, 0, ISO_LEVEL3_SHIFT, 0, 0, 0, 0],
    [ord("q"), ord("Q"), ord("q"), ord("Q"), ord("@"), 0x7D9, 0],
    [ord("<"), ord(">"), ord("<"), ord(">"), ord("|"), 0, 0],
    [0xFFB1, 0xFF9C, 0xFFB1, 0xFF9C, 0, 0, 0],
    [0x6C4, 0x6E4, 0, 0, 0, 0, 0],
    NOTHING,
    NOTHING,
]
SHIFT, LEVEL3, Q, LESS, KP_1, CYRILLIC, SPARE_1, SPARE_2 = range(9, 17)
MODIFIERS = [SHIFT, LEVEL3, 0, 0]


def keymap(rows: Sequence[Sequence[int]] = ROWS, bindings: Bindings | None = None) -> Keymap:
    return read_keymap(FIRST, rows, MODIFIERS, {} if bindings is None else bindings.pairs)


def planned(text: str, bindings: Bindings) -> list[Batch]:
    return plan(text_keysyms(text), keymap(bindings=bindings), bindings)


def keysym(character: str) -> int:
    found = keysym_of(character)
    assert found is not None
    return found


def test_a_layout_is_read_level_by_level() -> None:
    strokes = keymap().strokes
    assert strokes[ord("q")] == Stroke(Q)
    assert strokes[ord("Q")] == Stroke(Q, shift=True)
    assert strokes[ord("@")] == Stroke(Q, level3=True)
    assert strokes[keysym("Ω")] == Stroke(Q, shift=True, level3=True)
    assert strokes[ord("<")] == Stroke(LESS)


def test_old_keysyms_type_their_characters() -> None:
    assert keymap().strokes[keysym("д")] == Stroke(CYRILLIC)


def test_the_keypad_types_no_text() -> None:
    strokes = keymap().strokes
    assert strokes[0xFFB1] == Stroke(KP_1)
    assert ord("1") not in strokes


def test_without_altgr_its_levels_are_out_of_reach() -> None:
    rows = [NOTHING if row[0] == ISO_LEVEL3_SHIFT else row for row in ROWS]
    read = read_keymap(FIRST, rows, [SHIFT], {})
    assert read.level3 is None
    assert ord("@") not in read.strokes


def test_spare_are_keycodes_with_nothing_on_them_but_the_first() -> None:
    assert keymap().spare == (SPARE_1, SPARE_2)
    assert keymap().capacity == 4


def test_a_keyboard_without_shift_is_refused() -> None:
    with pytest.raises(ToolError) as refused:
        read_keymap(FIRST, [NOTHING, NOTHING], [], {})
    assert refused.value.failure is Failure.UNAVAILABLE


def test_what_the_layout_has_needs_no_binding() -> None:
    bindings = Bindings()
    (batch,) = planned("q<Q@", bindings)
    assert (batch.bind, batch.replaces, batch.bound) == ({}, False, False)
    assert batch.strokes == (
        Stroke(Q),
        Stroke(LESS),
        Stroke(Q, shift=True),
        Stroke(Q, level3=True),
    )


def test_what_it_lacks_is_bound_two_to_a_keycode() -> None:
    bindings = Bindings()
    (batch,) = planned("你q好你", bindings)
    assert batch.bind == {SPARE_1: (keysym("你"), keysym("好"))}
    assert not batch.replaces
    assert batch.strokes == (
        Stroke(SPARE_1),
        Stroke(Q),
        Stroke(SPARE_1, shift=True),
        Stroke(SPARE_1),
    )


def test_what_is_bound_already_is_not_bound_again() -> None:
    bindings = Bindings()
    planned("你好", bindings)
    (batch,) = planned("好", bindings)
    assert batch.bind == {}
    assert batch.bound


def test_new_characters_go_where_nothing_is_lost() -> None:
    bindings = Bindings()
    planned("你", bindings)
    (batch,) = planned("好", bindings)
    assert batch.bind == {SPARE_1: (keysym("你"), keysym("好"))}
    assert not batch.replaces


def test_a_text_with_more_than_fits_is_cut() -> None:
    bindings = Bindings()
    batches = planned("一二三四五六一", bindings)
    assert [len(batch.strokes) for batch in batches] == [4, 3]
    assert [batch.replaces for batch in batches] == [False, True]
    # The second batch keeps 一, which it needs as well.
    assert Stroke(SPARE_1) == batches[1].strokes[2]


def test_ascii_is_taken_away_last() -> None:
    bindings = Bindings()
    planned("^一二三", bindings)
    planned("四五六", bindings)
    assert ord("^") in bindings.strokes()


def test_a_binding_alone_fills_its_keycode() -> None:
    assert written((5, 0)) == (5, 5)
    assert written((5, 6)) == (5, 6)


def test_our_bindings_are_recognised_and_others_are_not() -> None:
    bindings = Bindings({SPARE_1: (keysym("é"), 0), SPARE_2: (keysym("你"), keysym("好"))})
    rows = [*ROWS[:-2], [keysym("é"), keysym("é"), 0], [ord("x"), ord("X"), 0]]
    assert still_ours(FIRST, rows, bindings.pairs) == [SPARE_1]
    read = keymap(rows, bindings)
    assert read.spare == (SPARE_1,)
    assert read.strokes[ord("x")] == Stroke(SPARE_2)


def test_a_layout_of_unicode_keysyms_is_not_mistaken_for_ours() -> None:
    rows = [*ROWS[:-1], [keysym("न"), keysym("ण"), 0]]
    read = keymap(rows)
    assert read.spare == (SPARE_1,)
    assert read.strokes[keysym("न")] == Stroke(SPARE_2)


def test_without_a_spare_keycode_the_character_is_refused() -> None:
    rows = ROWS[:-2]
    with pytest.raises(ToolError) as refused:
        plan(text_keysyms("你"), keymap(rows), Bindings())
    assert refused.value.failure is Failure.UNAVAILABLE


def test_a_windows_line_break_is_one() -> None:
    assert text_keysyms("\r\n") == [0xFF0D]


def test_what_cannot_be_typed_is_refused_by_its_number() -> None:
    with pytest.raises(ToolError) as refused:
        text_keysyms("a\x07")
    assert refused.value.failure is Failure.BAD_ARGUMENTS
    assert "U+0007" in refused.value.detail
