"""What no frame may hold, and how long it may take to find out."""

import json
import time
from contextlib import suppress

import pytest

from device_agent.errors import Breach, RemoteProtocolError
from device_agent.protocol.codec import decode_envelope, decode_server, encode
from device_agent.protocol.messages import ServerHeartbeat
from device_agent.protocol.scan import MOST_FRAME_BYTES, Limits, Unfit, measure, parse

MIB = 1024 * 1024


def _breach(text: str, limits: Limits | None = None) -> Breach | None:
    limits = limits or Limits()
    try:
        parse(measure(text, limits), limits)
    except Unfit as unfit:
        return unfit.breach
    return None


def test_limits_default_to_16_mib_and_end_at_the_100_of_aip() -> None:
    assert Limits().max_frame_bytes == 16 * MIB
    assert Limits(max_frame_bytes=100 * MIB).max_frame_bytes == MOST_FRAME_BYTES
    for wrong in (0, 100 * MIB + 1):
        with pytest.raises(ValueError, match="max_frame_bytes"):
            Limits(max_frame_bytes=wrong)


@pytest.mark.parametrize("shape", ["[]", "{}", "[1]", '{"a":1}'])
def test_64_levels_are_taken_and_65_are_not(shape: str) -> None:
    assert _breach("[" * 63 + shape + "]" * 63) is None
    assert _breach("[" * 64 + shape + "]" * 64) is Breach.TOO_DEEP


@pytest.mark.parametrize(
    ("number", "breach"),
    [
        ("9223372036854775807", None),
        ("-9223372036854775808", None),
        ("9223372036854775808", Breach.BAD_VALUE),
        ("-9223372036854775809", Breach.BAD_VALUE),
        ("1" * 21, Breach.BAD_VALUE),
        ("1" * 100_000, Breach.BAD_VALUE),
        ("1.7976931348623157e308", None),
        ("1.8e308", Breach.BAD_VALUE),
        ("-1e400", Breach.BAD_VALUE),
        ("1e-400", None),
        ("NaN", Breach.BAD_VALUE),
        ("-Infinity", Breach.BAD_VALUE),
        ("01", Breach.NOT_JSON),
        ("+1", Breach.NOT_JSON),
        ("0x10", Breach.NOT_JSON),
    ],
)
def test_numbers_are_finite_and_of_64_bits(number: str, breach: Breach | None) -> None:
    assert _breach(f'{{"a":[{number}]}}') is breach


@pytest.mark.parametrize(
    ("text", "breach"),
    [
        ('["\\ud83d\\ude00"]', None),
        ('["😀", "\\u00e9", "\\u0000", "\\ufffd"]', None),
        ('["\\\\ud83d"]', None),
        ('["\\ud83d"]', Breach.BAD_VALUE),
        ('["\\ude00\\ud83d"]', Breach.BAD_VALUE),
        ('{"a":{"\\uD83D":1}}', Breach.BAD_VALUE),
        ('["\ud83d"]', Breach.BAD_VALUE),
    ],
)
def test_strings_hold_whole_characters(text: str, breach: Breach | None) -> None:
    assert _breach(text) is breach


def test_values_are_counted_exactly() -> None:
    limits = Limits(max_values=10)
    assert _breach(json.dumps(list(range(9))), limits) is None
    assert _breach(json.dumps(list(range(10))), limits) is Breach.TOO_LARGE
    assert _breach(json.dumps({"a": {"b": [[], {}, None, "x", 1.5, True, 0]}}), limits) is None


def test_commas_and_brackets_in_texts_are_no_values() -> None:
    limits = Limits(max_values=10)
    text = '{[,"\\' * 1000
    assert _breach(json.dumps([text, text, {text: text}]), limits) is None
    assert _breach(json.dumps([text] * 10), limits) is Breach.TOO_LARGE


@pytest.mark.parametrize("stray", ['"', '\\"', '"' * 99, '\\\\"'])
def test_a_stray_quote_hides_no_values(stray: str) -> None:
    limits = Limits(max_values=10)
    assert _breach(stray + "[0," * 1000, limits) in {Breach.TOO_LARGE, Breach.NOT_JSON}


def _filled(unit: str, size_bytes: int) -> str:
    return "[" + unit * ((size_bytes - 60) // len(unit.encode())) + "0]"


def _texts(unit: str, size_bytes: int) -> str:
    return '["' + unit * ((size_bytes - 60) // len(unit.encode())) + '"]'


HOSTILE = {
    "numbers": _filled("0,", 16 * MIB),
    "texts": _filled('"",', 16 * MIB),
    "lists": _filled("[],", 16 * MIB),
    "objects": _filled('{"a":0},', 16 * MIB),
    "long numbers": _filled("9" * 4299 + ",", 16 * MIB),
    "fewer numbers": _filled("1.5,", 999_990),
    "fewer lists": _filled("[],", 749_000),
    "wrong texts": _filled("0,", 499_000),
    "openings": "[" * (16 * MIB - 60),
    "quotes": '"' * (16 * MIB - 60),
    "escapes": _texts("\\n", 16 * MIB),
    "escaped quotes": _texts(',\\"', 16 * MIB),
    "surrogates": _texts("\\ud800", 16 * MIB),
    "commas": _texts(",é", 16 * MIB),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_no_frame_of_16_mib_holds_up_the_loop(name: str) -> None:
    """The bar is 1 s of this process's time on any machine; 0.05 to 0.3 s are usual."""
    frame = '{"type":"command","messages":' + HOSTILE[name] + "}"
    for read in (decode_server, decode_envelope):
        started = time.process_time()
        with suppress(RemoteProtocolError):
            read(frame)
        assert time.process_time() - started < 1.0


def test_what_is_sent_is_not_limited_in_number() -> None:
    many: list[int] = [0] * 300_000
    assert len(encode(ServerHeartbeat(result=many))) > 600_000
