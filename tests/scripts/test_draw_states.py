"""The drawings show the tables that the code obeys."""

from enum import Enum, auto

from scripts.draw_states import MACHINES, PAGE, mermaid, render
from tests.golden import UPDATE


class Door(Enum):
    SHUT = auto()
    OPEN = auto()
    GONE = auto()


def test_the_published_page_is_up_to_date() -> None:
    if UPDATE:
        PAGE.write_text(render(), encoding="utf-8")
    assert PAGE.read_text(encoding="utf-8") == render()


def test_a_table_is_drawn_in_the_order_of_its_states() -> None:
    moves = {
        Door.SHUT: frozenset({Door.GONE, Door.OPEN}),
        Door.OPEN: frozenset({Door.SHUT}),
        Door.GONE: frozenset[Door](),
    }
    assert mermaid(moves).splitlines() == [
        "stateDiagram-v2",
        "    [*] --> SHUT",
        "    SHUT --> OPEN",
        "    SHUT --> GONE",
        "    OPEN --> SHUT",
        "    GONE --> [*]",
    ]


def test_every_table_names_every_state() -> None:
    for modules in MACHINES.values():
        for module in modules:
            states = type(next(iter(module.MOVES)))
            assert set(module.MOVES) == set(states)
            assert {to for ways in module.MOVES.values() for to in ways} <= set(states)
