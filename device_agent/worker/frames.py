"""
What broker and worker say to each other, and how it stands on a byte stream. No I/O here.

A frame is two lengths (big-endian, four bytes each), a JSON header and a body. Long texts of a
call's arguments or of its result travel in the body as they are: an image is neither escaped nor
parsed on its way through.
"""

import json
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from ..errors import FrameBroken

Json: TypeAlias = Any

# The largest frame is a result, and those are limited by the call's max_result_bytes; escaping in
# the header can take six times the text.
MAX_HEADER_BYTES = 128 * 1024 * 1024
MAX_BODY_BYTES = 128 * 1024 * 1024
# Below this, escaping a text costs less than treating it apart.
LONG_CHARS = 16 * 1024

_LENGTHS = struct.Struct(">II")


@dataclass(frozen=True, slots=True)
class Hello:
    """Worker: it holds its lock and takes calls. Everything else is looked at after this."""

    pid: int


@dataclass(frozen=True, slots=True)
class Desktop:
    """
    Worker: what the desktop looks like, at start and whenever asked (:class:`Look`).

    Attributes:
        state: ``active``, or the failure word for what is in the way (``no_session``, ``locked``,
            ``unavailable``, ``failed``).
        detail: The same in a sentence; empty when active.
        displays: As list_displays shows them.
        capabilities: What was found to work: ``screen``, ``windows``, ``input``, ``shell``.

    """

    state: str
    detail: str = ""
    displays: tuple[Mapping[str, Json], ...] = ()
    capabilities: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Call:
    """
    Broker: run a tool. Answered by :class:`Returned` or :class:`Failed`.

    ``grant`` is a :class:`~..catalog.grant.Grant` as JSON; what is absent is not granted.
    """

    call_id: str
    tool: str
    arguments: Mapping[str, Json]
    max_result_bytes: int
    grant: Mapping[str, Json] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Returned:
    """Worker: the call is done."""

    call_id: str
    value: Json


@dataclass(frozen=True, slots=True)
class Failed:
    """Worker: the call cannot be done; ``failure`` is a word of :class:`~..errors.Failure`."""

    call_id: str
    failure: str
    detail: str
    value: Json = None


@dataclass(frozen=True, slots=True)
class Cancel:
    """Broker: stop a call; it fails as ``cancelled``. Unknown ids are fine."""

    call_id: str


@dataclass(frozen=True, slots=True)
class Release:
    """Broker: release every key and button. Answered by :class:`Held`."""


@dataclass(frozen=True, slots=True)
class Held:
    """Worker: keys and buttons that its calls have left down, whenever that changed."""

    keys: tuple[str, ...] = ()
    buttons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Look:
    """Broker: look at the desktop anew. Answered by :class:`Desktop`."""


@dataclass(frozen=True, slots=True)
class Ping:
    """Broker: are you there? Answered by :class:`Pong` out of the reading thread."""

    number: int


@dataclass(frozen=True, slots=True)
class Pong:
    """Worker: yes."""

    number: int


@dataclass(frozen=True, slots=True)
class Bye:
    """Worker: it ends by itself, for this reason."""

    reason: str


Frame: TypeAlias = (
    Hello | Desktop | Call | Returned | Failed | Cancel | Release | Held | Look | Ping | Pong | Bye
)

_KINDS: Mapping[str, type[Frame]] = {
    kind.__name__.lower(): kind
    for kind in (
        Hello,
        Desktop,
        Call,
        Returned,
        Failed,
        Cancel,
        Release,
        Held,
        Look,
        Ping,
        Pong,
        Bye,
    )
}
_SEQUENCES = frozenset({"displays", "capabilities", "keys", "buttons"})
_MAY_BE_LONG = ("value", "arguments")


def encode(frame: Frame) -> bytes:
    """
    The bytes of a frame.

    Raises:
        FrameBroken: It is larger than the other side takes.

    """
    header = {name: getattr(frame, name) for name in frame.__slots__}
    header["kind"] = type(frame).__name__.lower()
    body = _lift(header)
    head = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode(
        errors="surrogatepass"
    )
    _check(len(head), len(body))
    return b"".join((_LENGTHS.pack(len(head), len(body)), head, body))


class Decoder:
    """Turns the bytes of a stream, cut anywhere, back into frames."""

    def __init__(self) -> None:
        self._received = bytearray()

    def feed(self, chunk: bytes) -> Iterator[Frame]:
        """
        The frames that *chunk* completes, in order.

        Raises:
            FrameBroken: What came is no frame; the stream is of no use any more.

        """
        self._received += chunk
        while (frame := self._next()) is not None:
            yield frame

    def _next(self) -> Frame | None:
        if len(self._received) < _LENGTHS.size:
            return None
        head_bytes, body_bytes = _LENGTHS.unpack_from(self._received)
        _check(head_bytes, body_bytes)
        body_at = _LENGTHS.size + head_bytes
        if len(self._received) < body_at + body_bytes:
            return None
        with memoryview(self._received) as received:
            head = bytes(received[_LENGTHS.size : body_at])
            body = bytes(received[body_at : body_at + body_bytes])
        del self._received[: body_at + body_bytes]
        return _frame(head, body)


def _check(head_bytes: int, body_bytes: int) -> None:
    if head_bytes > MAX_HEADER_BYTES or body_bytes > MAX_BODY_BYTES:
        raise FrameBroken(f"a frame of {head_bytes} + {body_bytes} bytes is over the limit")


def _lift(header: dict[str, Json]) -> bytes:
    """Move long texts out of the header, note where they belong, return them as the body."""
    name = next((name for name in _MAY_BE_LONG if isinstance(header.get(name), Mapping)), None)
    if name is None:
        return b""
    texts = {
        key: text.encode(errors="surrogatepass")
        for key, text in header[name].items()
        if isinstance(text, str) and len(text) >= LONG_CHARS
    }
    if not texts:
        return b""
    header[name] = {key: each for key, each in header[name].items() if key not in texts}
    header["long"] = [[key, len(text)] for key, text in texts.items()]
    return b"".join(texts.values())


def _frame(head: bytes, body: bytes) -> Frame:
    try:
        header = json.loads(head.decode(errors="surrogatepass"))
        kind = _KINDS[header.pop("kind")]
        _lower(header, body)
        for name in _SEQUENCES & header.keys():
            header[name] = tuple(header[name])
        return kind(**header)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise FrameBroken(f"what came is no frame ({type(error).__name__})") from error


def _lower(header: dict[str, Json], body: bytes) -> None:
    """Put the body's texts back where they belong."""
    name = next((name for name in _MAY_BE_LONG if isinstance(header.get(name), dict)), None)
    start = 0
    for key, length in header.pop("long", ()):
        if name is None or start + length > len(body):
            raise ValueError("the body does not match its header")
        header[name][key] = body[start : start + length].decode(errors="surrogatepass")
        start += length
