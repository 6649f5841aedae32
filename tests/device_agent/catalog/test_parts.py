"""Pieces of arguments."""

import pytest
from pydantic import ValidationError

from device_agent.catalog.parts import (
    BUTTON_NAMES,
    Area,
    AtArguments,
    Place,
    Point,
    Spot,
    Zone,
    button_name,
)


def test_buttons_have_numbers_in_the_order_of_x() -> None:
    assert [button_name(number) for number in range(1, 10)] == list(BUTTON_NAMES)
    assert (button_name(1), button_name(8), button_name("forward")) == ("left", "back", "forward")


def test_numbers_of_both_kinds_are_taken_but_none_that_are_none() -> None:
    assert Place.model_validate({"x": 1, "y": 2.5}) == Place(x=1.0, y=2.5)
    for nonsense in (float("nan"), float("inf"), "1", None, True):
        with pytest.raises(ValidationError):
            Place.model_validate({"x": nonsense, "y": 1})


def test_a_place_counts_from_one_thing() -> None:
    with pytest.raises(ValidationError, match="exclude each other"):
        Place(x=1, y=1, frame_id="a", window_id=3)
    with pytest.raises(ValidationError, match="exclude each other"):
        AtArguments(x=1, y=1, frame_id="a", window_id=3)


def test_a_place_that_is_left_out_is_where_the_pointer_is() -> None:
    assert AtArguments().place is None
    assert AtArguments(x=1, y=2, unit="fraction").place == Place(x=1, y=2, unit="fraction")
    with pytest.raises(ValidationError, match="x and y belong together"):
        AtArguments(y=1)


@pytest.mark.parametrize(("width", "height"), [(0, 5), (5, 0), (-3, 5)])
def test_a_zone_of_no_size_is_refused(width: int, height: int) -> None:
    with pytest.raises(ValidationError, match="greater than 0"):
        Zone(x=1, y=1, width=width, height=height)


def test_what_results_give_can_be_handed_back() -> None:
    area = Area(x=1, y=2, width=3, height=4)
    assert Zone.model_validate(area) == Zone(x=1, y=2, width=3, height=4)
    assert Spot.model_validate(Point(x=1, y=2)) == Spot(x=1, y=2)
