from device_agent.screen import Frame, Region
from device_agent.screen.seen import KEPT_FRAMES, SeenFrames, content_of, shaped

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


def test_what_a_frame_showed_is_recalled_while_it_is_the_latest() -> None:
    seen = SeenFrames()
    first = seen.identify(Frame(b"aaaa", HERE))
    now = Frame(b"bbbb", HERE)
    assert seen.recall(first + "~1x1", now) == Frame(b"aaaa", HERE)
    assert seen.recall(first, Frame(b"bbbb", HERE, cursor=True)) is None
    assert seen.recall(first, Frame(b"bbbb", Region(5, 5, 1, 1))) is None
    seen.identify(now)
    assert seen.recall(first, now) is None


def test_pictures_of_one_frame_have_names_of_their_own() -> None:
    frame = Frame(b"aaaa" * 6, Region(0, 0, 3, 2))
    names = [
        shaped("f-1", frame, (3, 2), None),
        shaped("f-1", frame, (30, 20), None),
        shaped("f-1", frame, (3, 2), 77),
        shaped("f-1", frame, (30, 20), 77),
    ]
    assert names == ["f-1", "f-1~30x20", "f-1~w77", "f-1~30x20~w77"]
    assert {content_of(name) for name in names} == {"f-1"}


def test_ids_of_another_life_never_match() -> None:
    frame = Frame(b"aaaa", HERE)
    assert SeenFrames().identify(frame) != SeenFrames().identify(frame)
