"""Looking at a simulated screen, and pointing at what is seen."""

from typing import Any

import pytest

from device_agent.catalog import TOOLS, parse
from device_agent.errors import Failure, ToolError
from simulator.body import react
from simulator.machine import Machine
from simulator.viewing import KEPT_VIEWS
from tests.simulator.support import machine


def call(on: Machine, tool: str, **arguments: Any) -> Any:  # noqa: ANN401 -- any tool
    """Call a tool as its arguments' model allows; gives its result's model."""
    found = TOOLS[tool]
    return react(found, parse(found, arguments), on).result


def test_places_in_a_small_picture_are_places_of_the_screen() -> None:
    desk = machine()
    window = call(desk, "list_windows").windows[0]
    shot = call(desk, "screenshot", window_id=window.window_id, max_width=200)
    assert (shot.window_id, shot.obscured) == (window.window_id, False)
    there = call(desk, "mouse_move", x=0.0, y=0.0, unit="fraction", frame_id=shot.frame_id)
    assert (there.x, there.y) == (window.region.x, window.region.y)
    inside = call(desk, "mouse_click", x=5, y=6, window_id=window.window_id)
    assert (inside.x, inside.y) == (window.region.x + 5, window.region.y + 6)


def test_only_the_last_frames_are_known_and_places_off_the_screen_are_refused() -> None:
    desk = machine()
    first = call(desk, "screenshot", max_width=100).frame_id
    for width in range(101, 101 + KEPT_VIEWS):
        call(desk, "screenshot", max_width=width)
    for given in ({"x": 1, "y": 1, "frame_id": first}, {"x": desk.screen.width, "y": 0}):
        with pytest.raises(ToolError) as refused:
            call(desk, "mouse_move", **given)
        assert refused.value.failure is Failure.BAD_ARGUMENTS


def test_a_part_is_enlarged_into_the_size_asked_for() -> None:
    desk = machine()
    area = {"x": 10, "y": 10, "width": 100, "height": 50}
    shot = call(desk, "zoom", region=area, width=400, height=400)
    assert (shot.width, shot.height, shot.scale) == (400, 200, 4.0)


def test_waiting_takes_as_long_as_it_would_and_tells_what_came_of_it() -> None:
    desk = machine()
    shot = call(desk, "screenshot")

    def waits(**given: Any) -> tuple[bool, float]:  # noqa: ANN401 -- any argument
        tool = TOOLS["wait_for_screen"]
        reaction = react(tool, parse(tool, {"timeout_s": 3.0, **given}), desk)
        assert reaction.result.timed_out is not reaction.result.met  # type: ignore[attr-defined]
        return reaction.result.met, reaction.lasts_s  # type: ignore[attr-defined]

    title = desk.screen.windows[0].title
    assert waits(until="still", still_s=0.4) == (True, 0.4)
    assert waits(until="changed", since=shot.frame_id) == (False, 3.0)
    assert waits(until="window", title=title.upper()) == (True, 0.0)
    assert waits(until="window_gone", title=title) == (False, 3.0)
    call(desk, "type_text", text="x")
    assert waits(until="changed", since=shot.frame_id) == (True, 0.0)
    with pytest.raises(ToolError, match="no regular expression"):
        waits(until="window", title="[")


def test_text_is_found_where_it_is_drawn() -> None:
    desk = machine()
    call(desk, "type_text", text="first line\nsecond line")
    window = desk.screen.windows[0]
    (found,) = call(desk, "find_text", text="SECOND").matches
    assert found.text == "second line"
    assert found.region.x > window.x
    assert call(desk, "find_text", text="second", match="exact").matches == ()
    titles = {match.text for match in call(desk, "find_text").matches}
    assert window.title in titles
