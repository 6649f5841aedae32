"""
What no frame may hold, whatever its fields: the codec's own scan, in and out. Pure.

Parsers let through what breaks somebody later: a lone surrogate cannot be stored or sent on,
1e400 becomes infinity, of two equal keys one is lost, deep nesting ends in RecursionError. Inwards
these are refused (HOUSE decision 2); outwards, where they come from file names and odd results,
they are mended, because an answer must go out.
"""

import json
import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice
from typing import Any, NoReturn

from pydantic import BaseModel

from ..errors import Breach, LocalProtocolError
from .messages import Json

MOST_FRAME_BYTES = 100 * 1024 * 1024
"""What AIP allows on every link (docs/protocol.md, section 5.1)."""


@dataclass(frozen=True, slots=True)
class Limits:
    """
    How much of a peer's frame is looked at.

    Attributes:
        max_frame_bytes: Of UTF-8; 16 MiB, at most AIP's 100 MiB.
        max_depth: Objects and lists within each other, the frame itself included.
        max_values: Values of any kind in one frame. It bounds the time a frame may take: without
            it 16 MiB of ``[],[],`` stop the event loop for seconds.

    """

    max_frame_bytes: int = 16 * 1024 * 1024
    max_depth: int = 64
    max_values: int = 250_000

    def __post_init__(self) -> None:
        if not 0 < self.max_frame_bytes <= MOST_FRAME_BYTES:
            raise ValueError(f"max_frame_bytes must be between 1 and {MOST_FRAME_BYTES}")


LIMITS = Limits()

OURS = Limits(max_frame_bytes=MOST_FRAME_BYTES, max_values=2**62)
"""For what we wrote ourselves: looked at, but not refused for being much."""


class Unfit(Exception):
    """A frame was refused before anybody looked at its fields."""

    def __init__(self, breach: Breach, detail: str) -> None:
        super().__init__(detail)
        self.breach = breach
        self.detail = detail


class _TwiceTheSameKey(Exception):
    """One object has a key twice; parsers disagree about which one counts."""


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    made = dict(pairs)
    if len(made) != len(pairs):
        raise _TwiceTheSameKey
    return made


def _int(digits: str) -> int:
    if len(digits) > _MOST_DIGITS:
        # Python takes seconds to read megabytes of these, and refuses more than 4300 digits.
        raise OverflowError
    return int(digits)


_STRICT = json.JSONDecoder(object_pairs_hook=_object, parse_int=_int)
# What is salvaged are texts and lengths; reading huge integers is not worth the time.
_LAX = json.JSONDecoder(parse_int=len)
_STRING_OR_SEPARATOR = re.compile(r'"[^"]*"|[\[{,]')
_LARGEST = 2**63 - 1
_SMALLEST = -(2**63)
_CONTAINERS = frozenset({dict, list, tuple})
_KINDS = _CONTAINERS | {str, int, float, bool, type(None)}
_MOST_DIGITS = len(str(_SMALLEST))


def measure(frame: str | bytes, limits: Limits) -> str:
    """
    Look at a frame from outside, before a parser does.

    Raises:
        Unfit: Binary, too large, not Unicode, or more values than ``limits`` allows.

    """
    if not isinstance(frame, str):
        raise Unfit(Breach.NOT_TEXT, "expected a text frame")
    size_bytes = len(frame)
    if size_bytes <= limits.max_frame_bytes and not frame.isascii():
        try:
            size_bytes = len(frame.encode())
        except UnicodeEncodeError:
            raise Unfit(Breach.BAD_VALUE, "a lone surrogate in a string") from None
    if size_bytes > limits.max_frame_bytes:
        raise Unfit(Breach.TOO_LARGE, f"expected at most {limits.max_frame_bytes} bytes")
    if may_have_too_many_values(frame, limits) and _has_too_many_values(frame, limits):
        raise _too_many(limits)
    return frame


def may_have_too_many_values(frame: str, limits: Limits) -> bool:
    """Tell cheaply whether a frame could have more values than allowed; commas in texts count."""
    if len(frame) < limits.max_values:
        return False
    commas = frame.count(",")
    # A value that no comma goes before is the first in an object or list, and these nest so deep.
    if (commas + 1) * limits.max_depth < limits.max_values:
        return False
    return commas + frame.count("[") + frame.count("{") >= limits.max_values


def _has_too_many_values(frame: str, limits: Limits) -> bool:
    # There is one separator per value at most, and a string per value and one per key: more than
    # three times as many pieces prove too many values; what is left, check counts exactly. Escaped
    # quotes go first, to keep strings simple. A stray quote ends in no JSON anyway.
    plain = frame.replace("\\\\", "").replace('\\"', "") if "\\" in frame else frame
    pieces = _STRING_OR_SEPARATOR.finditer(plain)
    return next(islice(pieces, 3 * limits.max_values + 1, None), None) is not None


def _too_many(limits: Limits) -> Unfit:
    return Unfit(Breach.TOO_LARGE, f"expected at most {limits.max_values} values")


def parse(text: str, limits: Limits) -> Json:
    """
    Parse measured text and look at every value in it.

    Raises:
        Unfit: It is no JSON, or JSON that somebody would stumble over.

    """
    try:
        parsed = _STRICT.decode(text)
    except RecursionError:
        raise Unfit(Breach.TOO_DEEP, f"expected at most {limits.max_depth} levels") from None
    except json.JSONDecodeError as error:
        raise Unfit(Breach.NOT_JSON, f"not JSON at character {error.pos}") from None
    except OverflowError:
        raise Unfit(Breach.BAD_VALUE, "expected integers of 64 bits") from None
    except _TwiceTheSameKey:
        raise Unfit(Breach.BAD_VALUE, "the same key twice in one object") from None
    # Only an escape can still smuggle a surrogate in; text that came through measure has no other.
    escaped = "\\" in text and ("\\ud" in text or "\\uD" in text)
    check([parsed], limits, strings=escaped)
    return parsed


def parse_for_salvage(text: str) -> Json:
    """Parse text that :func:`parse` refused, without its rules; None when it is no JSON."""
    try:
        return _LAX.decode(text)
    except (ValueError, RecursionError):
        return None


def check(level: list[Json], limits: Limits, *, depth: int = 0, strings: bool) -> None:
    """
    Look at every value, level by level: recursion would end where nesting is deepest.

    Args:
        level: JSON values that lie side by side.
        limits: Depth and number of values.
        depth: How many objects and lists they already lie in.
        strings: Whether strings may hold lone surrogates.

    Raises:
        Unfit: What was found; never says the value itself.

    """
    seen = 0
    while level:
        if depth >= limits.max_depth and any(isinstance(v, dict | list | tuple) for v in level):
            raise Unfit(Breach.TOO_DEEP, f"expected at most {limits.max_depth} levels")
        depth += 1
        seen += len(level)
        if seen > limits.max_values:
            raise _too_many(limits)
        level = _below(level, strings=strings)


def _below(level: list[Json], *, strings: bool) -> list[Json]:
    # Every list_tools goes through here: what can be asked of many values at once is.
    kinds = set(map(type, level))
    if not kinds <= _KINDS:
        raise Unfit(Breach.BAD_VALUE, "expected JSON")
    if int in kinds:
        _check_integers([value for value in level if type(value) is int])
    if float in kinds and not all(math.isfinite(v) for v in level if type(v) is float):
        raise Unfit(Breach.BAD_VALUE, "expected finite numbers")
    if strings and str in kinds:
        _check_strings([value for value in level if type(value) is str])
    below: list[Json] = []
    if not kinds.isdisjoint(_CONTAINERS):
        for value in level:
            kind = type(value)
            if kind is dict:
                below += value.values()
                if strings:
                    _check_strings(value)
            elif kind is list or kind is tuple:
                below += value
    return below


def _check_integers(values: list[int]) -> None:
    if min(values) < _SMALLEST or max(values) > _LARGEST:
        raise Unfit(Breach.BAD_VALUE, "expected integers of 64 bits")


def _check_strings(values: Iterable[Json]) -> None:
    try:
        joined = "".join(values)
        if not joined.isascii():
            joined.encode()
    except TypeError:
        raise Unfit(Breach.BAD_VALUE, "a key that is no string") from None
    except UnicodeEncodeError:
        raise Unfit(Breach.BAD_VALUE, "a lone surrogate in a string") from None


def mended(value: Json, levels: int) -> Json:
    """
    Make anything that a tool may have returned fit for :func:`parse` at the other end.

    Lone surrogates (file names that are no UTF-8) become U+FFFD, numbers that are not finite null,
    integers beyond 64 bits their digits as text, and what nests too deep a remark.

    Args:
        value: A message, a part of one, or a JSON value.
        levels: How many levels of nesting may still follow.

    Raises:
        LocalProtocolError: A value of a type that no JSON has; that is a bug of ours.

    """
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, str):
        return value.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
    if isinstance(value, int):
        return _mended_int(value)
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if levels == 0:
        return "(nested too deep to be sent)"
    if isinstance(value, BaseModel):
        return {name: mended(field, levels - 1) for name, field in _fields(value)}
    if isinstance(value, dict):
        return {mended(_key(key), 0): mended(item, levels - 1) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [mended(item, levels - 1) for item in value]
    return _no_json(value)


def _mended_int(value: int) -> int | str | None:
    if _SMALLEST <= value <= _LARGEST:
        return value
    # Python itself refuses to write out much longer ones.
    return str(value) if value.bit_length() <= 10_000 else None


def _fields(model: BaseModel) -> Iterable[tuple[str, Any]]:
    for name, field in type(model).model_fields.items():
        value = getattr(model, name)
        if value is not None:
            yield field.serialization_alias or name, value


def _key(key: object) -> str:
    return str(key) if isinstance(key, str | int | float) else _no_json(key)


def _no_json(value: object) -> NoReturn:
    raise LocalProtocolError(f"{type(value).__name__} is no JSON")
