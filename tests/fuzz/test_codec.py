"""Ten thousand broken golden frames: each is a message or refused, and none brings more."""

import json
import os
import random
from collections import Counter

import pytest

from device_agent.errors import RemoteProtocolError
from device_agent.protocol.codec import decode_client, decode_envelope, decode_server, encode
from tests.golden import texts

MUTATIONS = int(os.environ.get("FUZZ_MUTATIONS", "10000"))
"""How many frames each seed makes; 10,000 take about two seconds."""

TOKENS = [
    "{", "}", "[", "]", ",", ":", '"', "\\", "null", "true", "-", "1e999", "NaN", "9" * 40,
    "\\ud800",
    "\ud800", "\x00", "\ufeff", "é", "[" * 70, '{"a":' * 70, '"type":"command",', '"session_id":7,',
]  # fmt: skip


def _flip(frame: str, choose: random.Random) -> str:
    raw = bytearray(frame.encode("utf-8", "surrogatepass"))
    for _ in range(choose.randint(1, 4)):
        if raw:
            raw[choose.randrange(len(raw))] ^= 1 << choose.randrange(8)
    return raw.decode("utf-8", "surrogateescape")


def _cut(frame: str, choose: random.Random) -> str:
    start, end = sorted(choose.choices(range(len(frame) + 1), k=2))
    return frame[:start] + frame[end:]


def _insert(frame: str, choose: random.Random) -> str:
    place = choose.randint(0, len(frame))
    return frame[:place] + choose.choice(TOKENS) + frame[place:]


def _repeat(frame: str, choose: random.Random) -> str:
    start, end = sorted(choose.choices(range(len(frame) + 1), k=2))
    return frame[:end] + frame[start:]


def _swap(frame: str, choose: random.Random) -> str:
    """Put another value where one was, so that the frame stays JSON."""
    try:
        fields = json.loads(frame)
    except (ValueError, RecursionError):
        return frame
    if isinstance(fields, dict) and fields:
        odd = choose.choice([None, 0, -1.5, "", "x", [], [None], {}, {"a": None}, True])
        fields[choose.choice(list(fields))] = odd
        return json.dumps(fields)
    return frame


CHANGES = [_flip, _cut, _insert, _repeat, _swap, _swap]


@pytest.mark.parametrize("seed", [1])
def test_broken_frames_are_messages_or_refused(seed: int) -> None:
    choose = random.Random(seed)
    whole = list(texts("client", "server", "refused"))
    ends: Counter[str] = Counter()
    for _ in range(MUTATIONS):
        frame = choose.choice(whole)
        for _ in range(choose.randint(1, 3)):
            frame = choose.choice(CHANGES)(frame, choose)
        for read in (decode_client, decode_server, decode_envelope):
            try:
                message = read(frame)
            except RemoteProtocolError as refused:
                ends[refused.breach.value] += 1
                continue
            ends["message"] += 1
            if read is not decode_envelope:
                assert read(encode(message)) == message  # type: ignore[arg-type]
    # The mutations are worth something only if they reach every way out.
    assert set(ends) >= {
        "message", "not_json", "bad_fields", "bad_value", "unknown_kind", "too_deep"
    }  # fmt: skip
