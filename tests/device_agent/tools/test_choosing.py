import pytest

from device_agent.catalog.windows import SomeWindowArguments, WindowArguments
from device_agent.errors import Failure, ToolError
from device_agent.screen import Region, Window
from device_agent.tools.choosing import MAX_TOLD, chosen


def window(number: int, title: str, app: str = "App") -> Window:
    return Window(number, title, app, None, Region(0, 0, 9, 9), None, False, False)


OPEN = [
    window(1, "Notes"),
    window(2, "notes - draft", "Editor"),
    window(3, "Größe", "Editor"),
    window(4, "Über", "XTerm"),
]


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        ({"window_id": 3}, 3),
        ({"title": "NOTES"}, 1),
        ({"title": "draft"}, 2),
        ({"title": "GRÖSSE"}, 3),
        ({"app": "xterm"}, 4),
        # A whole title goes before a part, but only among windows that fit in everything.
        ({"title": "notes", "app": "editor"}, 2),
    ],
)
def test_one_window_fits(arguments: dict[str, object], found: int) -> None:
    assert chosen(SomeWindowArguments.model_validate(arguments), OPEN).id == found


def test_several_that_fit_are_told() -> None:
    with pytest.raises(ToolError) as error:
        chosen(WindowArguments(app="editor"), OPEN)
    assert error.value.failure is Failure.BAD_ARGUMENTS
    assert "2 'notes - draft' (Editor), 3 'Größe' (Editor)" in error.value.detail


def test_a_window_that_is_gone_is_told_with_those_there_are() -> None:
    many = [window(number, f"w{number}") for number in range(MAX_TOLD + 3)]
    with pytest.raises(ToolError, match=r"any more.*'w0'.*and 3 more") as error:
        chosen(WindowArguments(window_id=99), many)
    assert error.value.failure is Failure.BAD_ARGUMENTS
    with pytest.raises(ToolError, match="no window is open"):
        chosen(WindowArguments(window_id=99), [])


def test_a_window_must_be_named() -> None:
    with pytest.raises(ValueError, match="which window"):
        WindowArguments()
    assert not SomeWindowArguments().names_a_window
