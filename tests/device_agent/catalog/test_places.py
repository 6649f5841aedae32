"""From places as callers mean them to pixels."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_agent.catalog.parts import Place, Zone
from device_agent.catalog.places import View, box_in, pixel_in, plain
from device_agent.errors import Failure, ToolError

SCREEN = plain((0, 0, 1920, 1080), "the screen")
HALF = View("frame 1", (100, 50, 400, 300), (200, 150))


def test_a_pixel_of_a_plain_view_is_that_pixel() -> None:
    assert pixel_in(Place(x=0, y=0), SCREEN) == (0, 0)
    assert pixel_in(Place(x=1919, y=1079), SCREEN) == (1919, 1079)


def test_a_pixel_of_a_shrunk_picture_is_the_middle_of_what_it_shows() -> None:
    assert pixel_in(Place(x=0, y=0), HALF) == (101, 51)
    assert pixel_in(Place(x=199, y=149), HALF) == (499, 349)


def test_fractions_reach_from_the_first_pixel_to_the_last() -> None:
    assert pixel_in(Place(x=0, y=0, unit="fraction"), HALF) == (100, 50)
    assert pixel_in(Place(x=0.5, y=0.5, unit="fraction"), HALF) == (300, 200)
    assert pixel_in(Place(x=1, y=1, unit="fraction"), HALF) == (499, 349)


@pytest.mark.parametrize(
    "place",
    [
        Place(x=200, y=0),
        Place(x=0, y=-1),
        Place(x=1.01, y=0, unit="fraction"),
        Place(x=0.5, y=-0.1, unit="fraction"),
    ],
)
def test_what_lies_outside_is_refused_with_the_view_s_name(place: Place) -> None:
    with pytest.raises(ToolError) as refused:
        pixel_in(place, HALF)
    assert refused.value.failure is Failure.BAD_ARGUMENTS
    assert "frame 1" in refused.value.detail


@given(
    size=st.tuples(st.integers(1, 5000), st.integers(1, 5000)),
    box=st.tuples(
        st.integers(-3000, 3000),
        st.integers(-3000, 3000),
        st.integers(1, 5000),
        st.integers(1, 5000),
    ),
    share=st.tuples(st.floats(0, 1, exclude_max=True), st.floats(0, 1, exclude_max=True)),
)
def test_every_pixel_of_a_picture_is_shown_by_the_pixel_it_means(
    size: tuple[int, int], box: tuple[int, int, int, int], share: tuple[float, float]
) -> None:
    view = View("v", box, size)
    spot = int(share[0] * size[0]), int(share[1] * size[1])
    found = pixel_in(Place(x=spot[0], y=spot[1]), view)
    for axis in (0, 1):
        shown, extent, pixels = found[axis] - box[axis], box[2 + axis], size[axis]
        assert 0 <= shown < extent
        # The screen pixel and the picture's pixel overlap.
        assert Fraction(shown, extent) < Fraction(spot[axis] + 1, pixels)
        assert Fraction(shown + 1, extent) > Fraction(spot[axis], pixels)


def test_a_zone_takes_every_pixel_that_it_touches() -> None:
    assert box_in(Zone(x=10, y=20, width=30, height=40), SCREEN) == (10, 20, 30, 40)
    assert box_in(Zone(x=1, y=1, width=1, height=1), HALF) == (102, 52, 2, 2)
    whole = Zone(x=0, y=0, width=1, height=1, unit="fraction")
    assert box_in(whole, HALF) == (100, 50, 400, 300)
    assert box_in(Zone(x=0.1, y=0.2, width=0.7, height=0.8, unit="fraction"), SCREEN) == (
        *(192, 216),
        *(1344, 864),
    )


def test_a_zone_has_at_least_one_pixel() -> None:
    assert box_in(Zone(x=0.999, y=0.5, width=1e-6, height=1e-6, unit="fraction"), HALF)[2:] == (
        1,
        1,
    )


@pytest.mark.parametrize(
    "zone",
    [
        Zone(x=0, y=0, width=201, height=10),
        Zone(x=-1, y=0, width=10, height=10),
        Zone(x=0.5, y=0, width=0.6, height=0.1, unit="fraction"),
    ],
)
def test_a_zone_that_sticks_out_is_refused(zone: Zone) -> None:
    with pytest.raises(ToolError) as refused:
        box_in(zone, HALF)
    assert refused.value.failure is Failure.BAD_ARGUMENTS
