"""Frames survive any stream, and nothing else passes for one."""

import json
import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_agent.errors import FrameBroken
from device_agent.worker.frames import (
    LONG_CHARS,
    MAX_BODY_BYTES,
    MAX_HEADER_BYTES,
    Bye,
    Call,
    Cancel,
    Decoder,
    Desktop,
    Failed,
    Frame,
    Held,
    Hello,
    Look,
    Ping,
    Pong,
    Release,
    Returned,
    encode,
)

LONG = "é\n\x00" * LONG_CHARS
ALL: list[Frame] = [
    Hello(42),
    Desktop("active", "", ({"name": "screen", "scale": 1.0},), ("screen", "shell")),
    Call("a", "type_text", {"text": LONG, "n": None}, 1000),
    Returned("a", {"image": LONG, "width": 3, "other": LONG, "none": None}),
    Returned("b", None),
    Failed("a", "timed_out", "too slow", {"stdout": LONG}),
    Failed("a", "failed", "no"),
    Cancel("a"),
    Release(),
    Held(("ctrl", "a"), ("left",)),
    Look(),
    Ping(1),
    Pong(1),
    Bye("locked"),
]
TEXTS = st.text() | st.text(min_size=1).map(lambda text: text * LONG_CHARS)
VALUES = st.dictionaries(st.text(), TEXTS | st.integers() | st.none() | st.lists(st.text()))


def _raw(header: object, body: bytes = b"") -> bytes:
    head = json.dumps(header).encode()
    return struct.pack(">II", len(head), len(body)) + head + body


@pytest.mark.parametrize("frame", ALL, ids=lambda frame: type(frame).__name__)
def test_every_frame_comes_out_as_it_went_in(frame: Frame) -> None:
    assert list(Decoder().feed(encode(frame))) == [frame]


def test_a_stream_may_be_cut_anywhere() -> None:
    stream = b"".join(encode(frame) for frame in ALL)
    for size in (1, 7, 4096):
        if size == 1:
            stream = b"".join(encode(frame) for frame in ALL if len(encode(frame)) < 1000)
        decoder = Decoder()
        found = [
            frame
            for start in range(0, len(stream), size)
            for frame in decoder.feed(stream[start : start + size])
        ]
        assert b"".join(encode(frame) for frame in found) == stream


def test_long_texts_travel_as_they_are() -> None:
    frame = encode(Returned("a", {"image": "x" * 1_000_000}))
    assert b"x" * 1_000_000 in frame
    head_bytes, body_bytes = struct.unpack_from(">II", frame)
    assert head_bytes < 200
    assert body_bytes == 1_000_000


@given(VALUES)
def test_any_result_survives(value: dict[str, object]) -> None:
    assert list(Decoder().feed(encode(Returned("a", value)))) == [Returned("a", value)]


def test_a_lone_surrogate_survives() -> None:
    frame = Call("a", "type_text", {"text": "\ud800"}, 1)
    assert list(Decoder().feed(encode(frame))) == [frame]


@pytest.mark.parametrize(
    "raw",
    [
        _raw({"kind": "nothing"}),
        _raw({"no": "kind"}),
        _raw([1]),
        _raw("hello"),
        _raw({"kind": "hello"}),
        _raw({"kind": "hello", "pid": 1, "more": 2}),
        _raw({"kind": "held", "keys": 5}),
        _raw({"kind": "release", "long": [["a", 1]]}),
        _raw({"kind": "returned", "call_id": "a", "value": {}, "long": [["a", 9]]}, b"short"),
        _raw({"kind": "returned", "call_id": "a", "value": {}, "long": [["a", 1]]}, b"\xff"),
        _raw({"kind": "returned", "call_id": "a", "value": {}, "long": 7}),
        struct.pack(">II", 4, 0) + b"\xff\xff\xff\xff",
        struct.pack(">II", MAX_HEADER_BYTES + 1, 0),
        struct.pack(">II", 2, MAX_BODY_BYTES + 1),
        struct.pack(">II", 200_000, 0) + b"[" * 200_000,
    ],
)
def test_what_is_no_frame_is_refused(raw: bytes) -> None:
    with pytest.raises(FrameBroken):
        list(Decoder().feed(raw))


@given(st.binary(max_size=300))
def test_garbage_is_refused_or_waited_on(raw: bytes) -> None:
    try:
        frames = list(Decoder().feed(raw))
    except FrameBroken:
        return
    assert not frames or encode(frames[0])


def test_a_frame_over_the_limit_is_not_written() -> None:
    with pytest.raises(FrameBroken):
        encode(Returned("a", {"image": "x" * (MAX_BODY_BYTES + 1)}))
