import pytest

from device_agent.accessibility.atspi_words import ROLES, STATES, role_named, states_of


@pytest.mark.parametrize(
    ("number", "name"),
    [(7, "check box"), (43, "push button"), (61, "text"), (75, "application"), (88, "link")],
)
def test_roles_have_their_numbers_of_the_specification(number: int, name: str) -> None:
    assert role_named(number) == name


def test_a_role_that_is_newer_than_the_list_is_unknown() -> None:
    assert role_named(len(ROLES)) == "unknown"
    assert role_named(-1) == "unknown"


def test_states_are_bits_of_two_words() -> None:
    assert states_of([1 << 1 | 1 << 25, 1 << 11]) == {"active", "showing", "read only"}
    assert states_of([]) == frozenset()
    assert states_of([0, 0]) == frozenset()
    assert len(states_of([0xFFFFFFFF, 0xFFFFFFFF])) == len(STATES)
