"""Finding, clicking and filling the elements of real GTK windows."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from device_agent.catalog.elements import (
    ClickElementArguments,
    ElementEntry,
    ElementTextArguments,
    FindElementsArguments,
    PerformActionArguments,
    SetElementTextArguments,
    SetValueArguments,
    UiTreeArguments,
)
from device_agent.catalog.grant import Grant
from device_agent.catalog.guard import Guard, WindowRule
from device_agent.catalog.windows import WindowArguments
from device_agent.errors import Failure, ToolError
from device_agent.tools.bench import Bench
from device_agent.tools.desktop import Desktop
from device_agent.tools.elements import (
    click_element,
    find_elements,
    get_element_text,
    get_ui_tree,
    perform_action,
    set_element_text,
    set_value,
)
from device_agent.tools.windows import activate_window, minimise_window
from tests.device_agent.tools.benches import bench
from tests.gtk import GtkWindow, Session, accessible_session, gtk_window
from tests.x11 import tk_entry, wait_until, window_manager

TEXT = "héllo – 你好 😀"  # noqa: RUF001 -- the dash is meant


@dataclass
class Place:
    """A desktop with accessibility, and what works on it."""

    session: Session
    bench: Bench
    window: GtkWindow

    def find(self, name: str) -> ElementEntry:
        """The one element of that name."""
        found: list[ElementEntry] = []

        def look() -> bool:
            arguments = FindElementsArguments(name=name, visible_only=False)
            elements = find_elements(arguments, self.bench).elements
            found[:] = [each for each in elements if each.name == name]
            return bool(found)

        wait_until(look, f"{name} is on the accessibility bus")
        return found[0]


@pytest.fixture(scope="module")
def session(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Session]:
    home = tmp_path_factory.mktemp("home")
    with accessible_session() as session, window_manager(session.display, home):
        yield session


@pytest.fixture
def place(session: Session, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    for name, value in session.environment.items():
        monkeypatch.setenv(name, value)
    desktop = Desktop()
    with gtk_window(session) as window:
        yield Place(session, bench(desktop), window)
    desktop.screen.close()
    desktop.inputs.close()
    desktop.windows.close()
    desktop.accessibility.close()


def test_the_tree_of_a_window_tells_what_a_person_sees(place: Place) -> None:
    place.find("Press me")
    tree = get_ui_tree(UiTreeArguments(title="gtk target"), place.bench)
    assert tree.cut_short == ""
    assert tree.silent == ()
    frame = tree.elements[0]
    assert (frame.role, frame.name, frame.parent_id, frame.depth) == (
        "frame",
        "gtk target",
        None,
        0,
    )
    told = {element.name: element for element in tree.elements if element.name}
    assert told["Press me"].actions == ("click",)
    assert not told["Off"].enabled
    assert told["Field"].text == "before"
    assert told["Field"].editable
    assert told["Password"].text is None
    assert told["plain words"].text is None
    assert told["Scale"].value is not None
    assert "Hidden" not in told
    shape = told["Tick"].model_dump(mode="json", exclude_unset=True)
    assert "text" not in shape
    assert "value" not in shape
    assert shape["states"] == ["checkable", "focusable"] or shape["states"] == ["focusable"]


def test_a_window_that_exposes_nothing_says_why(place: Place, tmp_path: Path) -> None:
    with tk_entry(place.session.display, tmp_path):
        with pytest.raises(ToolError, match="exposes no elements") as error:
            get_ui_tree(UiTreeArguments(app="Tk"), place.bench)
        assert error.value.failure is Failure.UNAVAILABLE


def test_a_window_that_hangs_says_so(place: Place) -> None:
    place.find("Press me")
    place.window.stop()
    with pytest.raises(ToolError, match="did not answer") as error:
        get_ui_tree(UiTreeArguments(title="gtk target", timeout_s=2.0), place.bench)
    assert error.value.failure is Failure.TIMED_OUT


def test_a_click_is_done_by_the_elements_own_action_even_out_of_sight(place: Place) -> None:
    button = place.find("Press me")
    minimise_window(WindowArguments(title="gtk target"), place.bench)
    clicked = click_element(ClickElementArguments(element_id=button.element_id), place.bench)
    assert (clicked.by, clicked.action, clicked.x) == ("action", "click", None)
    place.window.expect("clicked")
    tick = place.find("Tick")
    click_element(ClickElementArguments(element_id=tick.element_id), place.bench)
    place.window.expect("ticked: True")


def test_the_pointer_clicks_what_has_no_action_or_needs_another_button(place: Place) -> None:
    words = place.find("plain words")
    clicked = click_element(ClickElementArguments(element_id=words.element_id), place.bench)
    assert clicked.by == "pointer"
    place.window.expect("area button 1")
    assert words.region is not None
    assert clicked.x == words.region.x + words.region.width // 2
    button = place.find("Press me")
    click_element(ClickElementArguments(element_id=button.element_id, button="right"), place.bench)
    place.window.expect("button 3")
    click_element(ClickElementArguments(element_id=button.element_id, by="pointer"), place.bench)
    place.window.expect("button 1")
    place.window.expect("clicked")


def test_a_text_field_is_clicked_for_its_focus_and_not_entered(place: Place) -> None:
    field = place.find("Field")
    clicked = click_element(ClickElementArguments(element_id=field.element_id), place.bench)
    assert clicked.by == "pointer"
    assert clicked.element is not None
    wait_until(lambda: "focused" in place.find("Field").states, "it has the focus")


def test_what_is_covered_disabled_or_hidden_is_not_clicked(place: Place) -> None:
    off = place.find("Off")
    with pytest.raises(ToolError, match="push button 'Off' is disabled") as error:
        click_element(ClickElementArguments(element_id=off.element_id), place.bench)
    assert error.value.failure is Failure.FAILED
    hidden = place.find("Hidden")
    with pytest.raises(ToolError, match="not shown"):
        click_element(
            ClickElementArguments(element_id=hidden.element_id, by="pointer"), place.bench
        )
    words = ClickElementArguments(element_id=place.find("plain words").element_id)
    with gtk_window(place.session, "cover"):
        activate_window(WindowArguments(title="cover"), place.bench)
        with pytest.raises(ToolError, match=r"covered.*'cover'") as covered:
            click_element(words, place.bench)
        assert covered.value.failure is Failure.FAILED
        activate_window(WindowArguments(title="gtk target"), place.bench)
        assert click_element(words, place.bench).by == "pointer"
    minimise_window(WindowArguments(title="gtk target"), place.bench)
    with pytest.raises(ToolError, match=r"covered|not shown"):
        click_element(words, place.bench)
    place.window.expect("area button 1")
    assert "off clicked" not in place.window.listen()


def test_an_element_whose_click_is_its_end_is_told_as_gone(place: Place) -> None:
    close = place.find("Close me")
    closed = click_element(ClickElementArguments(element_id=close.element_id), place.bench)
    assert closed.by == "action"
    place.window.process.wait(10)
    with pytest.raises(ToolError, match="gone") as error:
        click_element(ClickElementArguments(element_id=close.element_id), place.bench)
    assert error.value.failure is Failure.FAILED


def test_an_action_is_performed_by_its_name(place: Place) -> None:
    button = place.find("Press me")
    done = perform_action(
        PerformActionArguments(element_id=button.element_id, action="click"), place.bench
    )
    assert done.element is not None
    place.window.expect("clicked")
    with pytest.raises(ToolError, match="it has: click"):
        perform_action(
            PerformActionArguments(element_id=button.element_id, action="fly"), place.bench
        )
    with pytest.raises(ToolError, match="its actions: none"):
        click_element(
            ClickElementArguments(element_id=place.find("plain words").element_id, by="action"),
            place.bench,
        )


def test_text_is_set_and_read_back(place: Place) -> None:
    field = place.find("Field")
    done = set_element_text(
        SetElementTextArguments(element_id=field.element_id, text=TEXT), place.bench
    )
    assert (done.by, done.length) == ("accessibility", len(TEXT))
    place.window.expect(f"entry: {TEXT}")
    text = get_element_text(ElementTextArguments(element_id=field.element_id), place.bench)
    assert (text.text, text.length) == (TEXT, len(TEXT))
    some = get_element_text(
        ElementTextArguments(element_id=field.element_id, max_chars=3), place.bench
    )
    assert (some.text, some.length) == (TEXT[:3], len(TEXT))
    button = place.find("Press me")
    named = get_element_text(ElementTextArguments(element_id=button.element_id), place.bench)
    assert named.text == "Press me"


def test_a_text_view_is_set_by_the_keyboard_where_it_takes_nothing_else(place: Place) -> None:
    page = place.find("Page")
    two_lines = "first\nsecond"
    done = set_element_text(
        SetElementTextArguments(element_id=page.element_id, text=two_lines), place.bench
    )
    assert done.length == len(two_lines)
    text = get_element_text(ElementTextArguments(element_id=page.element_id), place.bench)
    assert text.text == two_lines


def test_a_password_is_set_and_never_told(place: Place) -> None:
    password = place.find("Password")
    done = set_element_text(
        SetElementTextArguments(element_id=password.element_id, text="geheim"), place.bench
    )
    assert done.length == 6
    place.window.expect("password: geheim")
    with pytest.raises(ToolError, match="password") as error:
        get_element_text(ElementTextArguments(element_id=password.element_id), place.bench)
    assert error.value.failure is Failure.UNAVAILABLE


def test_a_text_that_does_not_stay_is_no_success(place: Place) -> None:
    stubborn = place.find("Stubborn")
    with pytest.raises(ToolError, match="did not take the text") as error:
        set_element_text(
            SetElementTextArguments(element_id=stubborn.element_id, text="mine"), place.bench
        )
    assert error.value.failure is Failure.FAILED
    assert "mine" not in error.value.detail
    button = place.find("Press me")
    with pytest.raises(ToolError, match="no text that can be set"):
        set_element_text(
            SetElementTextArguments(element_id=button.element_id, text="x"), place.bench
        )


def test_a_number_is_set_and_read_back(place: Place) -> None:
    scale = place.find("Scale")
    done = set_value(SetValueArguments(element_id=scale.element_id, value=7.5), place.bench)
    assert done.value.now == 7.5
    place.window.expect("scale: 7.5")
    with pytest.raises(ToolError, match="takes 0 to 10") as error:
        set_value(SetValueArguments(element_id=scale.element_id, value=11.0), place.bench)
    assert error.value.failure is Failure.BAD_ARGUMENTS
    with pytest.raises(ToolError, match="no number"):
        set_value(
            SetValueArguments(element_id=place.find("Press me").element_id, value=1.0), place.bench
        )


def test_windows_that_the_owner_guards_take_nothing_by_this_way_either(place: Place) -> None:
    button, field = place.find("Press me"), place.find("Field")
    guard = Guard(deny=(WindowRule(title="gtk"),), source="the file")
    guarded = replace(place.bench, grant=Grant(guard=guard))
    for act in (
        lambda: click_element(ClickElementArguments(element_id=button.element_id), guarded),
        lambda: perform_action(
            PerformActionArguments(element_id=button.element_id, action="click"), guarded
        ),
        lambda: set_element_text(
            SetElementTextArguments(element_id=field.element_id, text="x"), guarded
        ),
        lambda: minimise_window(WindowArguments(title="gtk target"), guarded),
    ):
        with pytest.raises(ToolError, match="deny_windows") as error:
            act()
        assert error.value.failure is Failure.DENIED
    place.find("Press me")
    assert place.window.listen() == ["shown"]


def test_without_accessibility_the_reason_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/nowhere")
    with pytest.raises(ToolError, match="dbus-run-session") as error:
        find_elements(FindElementsArguments(), bench())
    assert error.value.failure is Failure.UNAVAILABLE
