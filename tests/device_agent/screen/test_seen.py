from device_agent.screen import Frame, Region
from device_agent.screen.seen import KEPT_FRAMES, SeenFrames

HERE = Region(0, 0, 1, 1)


def test_an_unchanged_region_keeps_its_id() -> None:
    seen = SeenFrames()
    first = seen.identify(Frame(b"aaaa", HERE))
    assert seen.identify(Frame(bytearray(b"aaaa"), HERE)) == first


def test_a_changed_one_gets_another_that_never_comes_back() -> None:
    seen = SeenFrames()
    ids = [seen.identify(Frame(pixels, HERE)) for pixels in (b"aaaa", b"bbbb", b"aaaa")]
    assert len(set(ids)) == 3


def test_other_regions_and_the_pointer_are_told_apart() -> None:
    seen = SeenFrames()
    ids = [
        seen.identify(Frame(b"aaaa", HERE)),
        seen.identify(Frame(b"aaaa", Region(1, 0, 1, 1))),
        seen.identify(Frame(b"aaaa", HERE, cursor=True)),
    ]
    assert len(set(ids)) == 3


def test_only_the_regions_asked_for_last_are_kept() -> None:
    seen = SeenFrames()
    first = seen.identify(Frame(b"aaaa", HERE))
    for place in range(KEPT_FRAMES):
        seen.identify(Frame(b"aaaa", Region(place + 1, 0, 1, 1)))
    assert seen.identify(Frame(b"aaaa", HERE)) != first


def test_ids_of_another_life_never_match() -> None:
    frame = Frame(b"aaaa", HERE)
    assert SeenFrames().identify(frame) != SeenFrames().identify(frame)
