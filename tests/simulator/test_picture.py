import io

import pytest
from PIL import Image

from simulator.picture import Wanted, frame_id, picture
from tests.simulator.support import machine


def _wanted(kind: str, size: tuple[int, int], box: tuple[int, int, int, int]) -> Wanted:
    return Wanted(kind, box, size, 75)


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp"])
def test_the_same_scene_is_the_same_file_to_the_byte(kind: str) -> None:
    scene = machine().screen.scene(cursor=False)
    full = (0, 0, scene.width, scene.height)
    wanted = _wanted(kind, full[2:], full)
    first = picture(scene, wanted)
    picture.cache_clear()
    again = machine().screen.scene(cursor=False)
    assert again == scene
    assert picture(again, wanted) == first
    with Image.open(io.BytesIO(first)) as image:
        assert image.format == kind.upper()
        assert image.size == full[2:]


def test_a_picture_is_kept_and_shared_between_devices_that_look_alike() -> None:
    picture.cache_clear()
    scene = machine().screen.scene(cursor=False)
    wanted = _wanted("png", (100, 50), (0, 0, 200, 100))
    picture(scene, wanted)
    picture(machine().screen.scene(cursor=False), wanted)
    assert picture.cache_info().hits == 1


def test_what_changes_on_the_screen_changes_picture_and_name() -> None:
    screen = machine().screen
    full = (0, 0, screen.width, screen.height)
    before = screen.scene(cursor=False)
    screen.type("hello")
    after = screen.scene(cursor=False)
    assert frame_id(before, full) != frame_id(after, full)
    wanted = _wanted("png", full[2:], full)
    assert picture(before, wanted) != picture(after, wanted)
    assert picture(after, wanted) != picture(screen.scene(cursor=True), wanted)


def test_text_of_any_script_and_length_can_be_drawn() -> None:
    screen = machine().screen
    screen.type(
        "".join(chr(code) for code in (0x0, 0x7, 0x4E16, 0x1F680, 0x10FFFF)) * 300 + "\n" * 99
    )
    scene = screen.scene(cursor=True)
    assert picture(scene, _wanted("png", (64, 64), (0, 0, scene.width, scene.height)))
