"""A real GTK program on a real accessibility bus."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from device_agent.accessibility import Box, Element, Query, WindowHint
from device_agent.accessibility.atspi import AtSpi
from device_agent.errors import Failure, ToolError
from tests.gtk import GtkWindow, Session, accessible_session, gtk_window
from tests.x11 import wait_until

ALL = Query(visible_only=False)
TEXT = "héllo – 你好 😀"  # noqa: RUF001 -- the dash is meant
SCREEN = Box(0, 0, 1280, 800)


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    with accessible_session() as session:
        yield session


@pytest.fixture
def tree(session: Session) -> Iterator[AtSpi]:
    tree = AtSpi(session.environment)
    yield tree
    tree.close()


@pytest.fixture
def window(session: Session) -> Iterator[GtkWindow]:
    with gtk_window(session) as window:
        yield window


def one(tree: AtSpi, name: str, role: str | None = None) -> Element:
    """The one element of that name; programs need a moment until they are on the bus."""
    found: list[Element] = []

    def look() -> bool:
        elements = tree.find(Query(name=name, role=role, visible_only=False)).elements
        found[:] = [each for each in elements if each.name == name]
        return bool(found)

    wait_until(look, f"{name} is on the accessibility bus")
    (element,) = found
    return element


def test_roles_names_states_places_actions_texts_and_values(tree: AtSpi, window: GtkWindow) -> None:
    assert tree.absence() == ""
    frame = one(tree, "gtk target")
    assert (frame.role, frame.depth, frame.parent) == ("frame", 0, None)
    assert frame.process == window.process.pid
    button = one(tree, "Press me")
    assert button.role == "push button"
    assert button.actions == ("click",)
    assert button.visible
    assert button.enabled
    assert button.interactive
    assert button.box is not None
    assert frame.box is not None
    assert frame.box.x <= button.box.x < frame.box.x + frame.box.width
    assert frame.box.y <= button.box.y < frame.box.y + frame.box.height
    assert not one(tree, "Off").enabled
    assert "checked" not in one(tree, "Tick").states
    field = one(tree, "Field")
    assert (field.role, field.text, field.editable) == ("text", "before", True)
    scale = one(tree, "Scale").value
    assert scale is not None
    assert (scale.now, scale.least, scale.most) == (0, 0, 10)
    password = one(tree, "Password")
    assert (password.role, password.text) == ("password text", None)
    assert one(tree, "plain words").text == "plain words"


@pytest.mark.usefixtures("window")
def test_only_what_is_shown_and_only_what_takes_input(tree: AtSpi) -> None:
    hidden = one(tree, "Hidden")
    assert not hidden.visible
    shown = tree.find(Query())
    assert all(element.visible for element in shown.elements)
    names = [element.name for element in shown.elements]
    assert "Press me" in names
    assert "Hidden" not in names
    taking = tree.find(Query(interactive_only=True)).elements
    assert {element.role for element in taking} == {
        "text",
        "password text",
        "push button",
        "check box",
        "slider",
    }


@pytest.mark.usefixtures("window")
def test_a_parent_stands_before_its_children(tree: AtSpi) -> None:
    one(tree, "Press me")
    seen: dict[str, int] = {}
    for element in tree.find(ALL).elements:
        if element.parent is None:
            assert element.depth == 0
        else:
            assert element.depth == seen[element.parent] + 1
        seen[element.id] = element.depth


@pytest.mark.usefixtures("window")
def test_each_limit_is_told(tree: AtSpi) -> None:
    one(tree, "Press me")
    few = tree.find(Query(max_results=3))
    assert (len(few.elements), few.cut_short) == (3, "results")
    shallow = tree.find(Query(max_depth=0))
    assert (len(shallow.elements), shallow.cut_short) == (1, "depth")
    little = tree.find(Query(max_nodes=4))
    assert little.cut_short == "nodes"
    assert little.looked_at == 4
    hurried = tree.find(Query(timeout_s=0.0001))
    assert hurried.cut_short == "time"
    assert tree.find(ALL).cut_short == ""


@pytest.mark.usefixtures("window")
def test_the_window_that_is_meant_is_found_by_process_title_and_place(
    session: Session, tree: AtSpi
) -> None:
    with gtk_window(session, "other target", 500, 300) as other:
        one(tree, "other target")

        def frames(pid: int | None, title: str, box: Box = SCREEN) -> list[str]:
            found = tree.find(Query(window=WindowHint(pid, title, box)))
            assert found.windows == len([each for each in found.elements if each.depth == 0])
            return [element.name for element in found.elements if element.depth == 0]

        pid = other.process.pid
        assert frames(pid, "other target") == ["other target"]
        assert frames(None, "other target") == ["other target"]
        # The number of a process in a sandbox is another one than outside.
        assert frames(1, "gtk target") == ["gtk target"]
        # A title that has just changed.
        assert frames(pid, "new title") == ["other target"]
        assert frames(None, "xterm") == []
        assert frames(1, "xterm") == []


def test_what_an_element_does_is_what_its_program_tells(tree: AtSpi, window: GtkWindow) -> None:
    tree.act(one(tree, "Press me").id, "click")
    window.expect("clicked")
    tick = one(tree, "Tick")
    tree.act(tick.id, "click")
    window.expect("ticked: True")
    wait_until(lambda: "checked" in tree.look(tick.id).states, "it is checked")
    field = one(tree, "Field")
    assert tree.set_text(field.id, TEXT)
    window.expect(f"entry: {TEXT}")
    content = tree.text(field.id, 5)
    assert content is not None
    assert (content.text, content.length) == ("héllo", 12)
    tree.set_value(one(tree, "Scale").id, 4.5)
    window.expect("scale: 4.5")
    assert tree.focus(field.id)
    wait_until(lambda: "focused" in tree.look(field.id).states, "it is focused")
    assert tree.window_of(field.id) == "gtk target"
    assert tree.look(field.id).process == window.process.pid


@pytest.mark.usefixtures("window")
def test_what_an_element_cannot_do_is_told(tree: AtSpi) -> None:
    button = one(tree, "Press me")
    with pytest.raises(ToolError, match="it has: click") as error:
        tree.act(button.id, "jump")
    assert error.value.failure is Failure.BAD_ARGUMENTS
    assert tree.text(button.id, 5) is None
    assert not tree.set_text(button.id, "x")


@pytest.mark.parametrize(
    "name", ["", "23", "/23", ":1.5", ":1.5/", "a.b/23", ":1.5/a b", ":1.5//a//b"]
)
def test_what_is_no_element_id_is_refused(tree: AtSpi, name: str) -> None:
    with pytest.raises(ToolError) as error:
        tree.look(name)
    assert error.value.failure is Failure.BAD_ARGUMENTS


def test_an_element_that_is_gone_is_told_everywhere(tree: AtSpi, window: GtkWindow) -> None:
    button = one(tree, "Press me")
    window.process.kill()
    window.process.wait()
    calls: list[Callable[[], object]] = [
        lambda: tree.look(button.id),
        lambda: tree.act(button.id, "click"),
        lambda: tree.text(button.id, 5),
        lambda: tree.set_text(button.id, "x"),
        lambda: tree.set_value(button.id, 1.0),
    ]
    for call in calls:
        with pytest.raises(ToolError) as error:
            call()
        assert error.value.failure in {Failure.FAILED, Failure.BAD_ARGUMENTS}
    assert tree.window_of(button.id) == ""
    assert not tree.focus(button.id)


@pytest.mark.usefixtures("window")
def test_a_program_that_hangs_is_left_out_and_named(session: Session, tree: AtSpi) -> None:
    with gtk_window(session, "hanging") as hanging:
        button = one(tree, "hanging")
        hanging.stop()
        started = time.monotonic()
        found = tree.find(Query())
        assert time.monotonic() - started < 4
        assert "gtk target" in [element.name for element in found.elements]
        assert found.silent == (f"process {hanging.process.pid}",)
        with pytest.raises(ToolError, match="does not answer") as error:
            tree.look(button.id)
        assert error.value.failure is Failure.TIMED_OUT
        # Others are served meanwhile.
        assert tree.look(one(tree, "gtk target").id).name == "gtk target"


def test_a_look_is_given_up_when_nobody_wants_it(tree: AtSpi, window: GtkWindow) -> None:
    one(tree, "gtk target")
    window.stop()

    @contextmanager
    def watched(stop: Callable[[], None]) -> Iterator[None]:
        timer = threading.Timer(0.1, stop)
        timer.start()
        try:
            yield
        finally:
            timer.cancel()

    with pytest.raises(ToolError) as error:
        tree.find(Query(), watched)
    assert error.value.failure is Failure.CANCELLED


@pytest.mark.usefixtures("window")
def test_threads_may_look_at_the_same_time(tree: AtSpi) -> None:
    one(tree, "Press me")
    wanted = len(tree.find(ALL).elements)
    counts: list[int] = []
    threads = [
        threading.Thread(target=lambda: counts.append(len(tree.find(ALL).elements)))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert counts == [wanted] * 8


def test_a_bus_that_went_and_came_back_is_connected_to_again() -> None:
    with accessible_session() as first:
        environment = dict(first.environment)
        tree = AtSpi(environment)
        with gtk_window(first):
            one(tree, "Press me")
    with pytest.raises(ToolError) as error:
        tree.find(Query())
    assert error.value.failure is Failure.UNAVAILABLE
    with accessible_session() as second:
        environment.update(second.environment)
        with gtk_window(second):
            assert one(tree, "Press me").role == "push button"
        tree.close()
        tree.close()


def test_without_a_bus_the_reason_is_told() -> None:
    tree = AtSpi({"XDG_RUNTIME_DIR": "/nowhere"})
    assert "dbus-run-session" in tree.absence()
    with pytest.raises(ToolError, match="dbus-run-session") as error:
        tree.find(Query())
    assert error.value.failure is Failure.UNAVAILABLE
    with pytest.raises(ToolError, match="cannot be reached") as refused:
        AtSpi({"DBUS_SESSION_BUS_ADDRESS": "unix:path=/nowhere"}).find(Query())
    assert refused.value.failure is Failure.UNAVAILABLE
    with pytest.raises(ToolError) as broken:
        AtSpi({"DBUS_SESSION_BUS_ADDRESS": "nonsense"}).find(Query())
    assert broken.value.failure is Failure.UNAVAILABLE
