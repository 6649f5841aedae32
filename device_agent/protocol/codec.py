"""
Text to message and back; the only place that knows wire spellings. Pure.

A peer's frame can cause one exception only: :exc:`~device_agent.errors.RemoteProtocolError`. Its
detail names the place and what was expected there, never what was found: that may be a secret.
"""

from collections.abc import Mapping
from typing import Final, cast, get_args

from pydantic import ConfigDict, Field, ValidationError
from pydantic_core import PydanticSerializationError, to_json

from ..errors import Breach, RemoteProtocolError, Salvage
from .messages import (
    ClientId,
    ClientMessage,
    DeviceId,
    Json,
    Message,
    ResponseId,
    ServerMessage,
    TaskId,
    Wire,
)
from .scan import (
    LIMITS,
    OURS,
    Limits,
    Unfit,
    check,
    measure,
    mended,
    parse,
    parse_for_salvage,
)


def _kinds(union: object) -> dict[str, type[Wire]]:
    """List the kinds of a discriminated union by the wire's name."""
    members: tuple[type[Wire], ...] = get_args(get_args(union)[0])
    return {member.model_fields["type"].default: member for member in members}


_FROM_CLIENT: Final = _kinds(ClientMessage)
_FROM_SERVER: Final = _kinds(ServerMessage)
_ALL_KINDS: Final = _FROM_CLIENT | _FROM_SERVER

_SALVAGEABLE: Final = frozenset({Breach.BAD_VALUE, Breach.TOO_DEEP})
"""Breaches of frames that are JSON all the same."""

_EXPECTED: Final = {
    "missing": "is required",
    "string_type": "expected a string",
    "string_too_short": "expected a string that is not empty",
    "int_type": "expected an integer",
    "dict_type": "expected an object",
    "model_type": "expected an object",
    "tuple_type": "expected a list",
}
"""In our words, by pydantic's error code; its own texts may repeat what the peer sent."""


class Envelope(Wire):
    """What a relay needs to pass a frame on; the rest was not looked at."""

    model_config = ConfigDict(populate_by_name=False)

    type: str
    client_id: ClientId | None = None
    target_id: DeviceId | None = None
    task_id: TaskId | None = Field(default=None, validation_alias="session_id")
    response_id: ResponseId | None = None
    prev_response_id: ResponseId | None = None
    request_id: str | None = None


def decode_client(frame: str | bytes, limits: Limits = LIMITS) -> ClientMessage:
    """
    Read what a device or a constellation says to a server.

    Args:
        frame: One WebSocket message; bytes stand for a binary one.
        limits: How much of it is looked at.

    Raises:
        RemoteProtocolError: It is no such message; ``salvage`` says what could be read of a
            COMMAND or a TASK, so that it can still be answered.

    """
    return cast("ClientMessage", _decode(frame, _FROM_CLIENT, limits))


def decode_server(frame: str | bytes, limits: Limits = LIMITS) -> ServerMessage:
    """Read what a server, or a device that listens, says; else as :func:`decode_client`."""
    return cast("ServerMessage", _decode(frame, _FROM_SERVER, limits))


def decode_envelope(frame: str | bytes, limits: Limits = LIMITS) -> Envelope:
    """
    Read only what routes a frame, of either direction.

    Of equal keys the last counts here; whoever reads the payload refuses such a frame.

    Raises:
        RemoteProtocolError: It is no frame of ours, as far as a relay can tell; no salvage.

    """
    try:
        text = measure(frame, limits)
        try:
            envelope = Envelope.model_validate_json(text)
        except ValidationError as error:
            # No JSON at all, or JSON that does not fit: the slow way tells them apart.
            _kind(parse(text, limits), _ALL_KINDS)
            raise Unfit(Breach.BAD_FIELDS, _expected(error)) from None
        if envelope.type not in _ALL_KINDS:
            raise _unknown_kind(_ALL_KINDS)
    except Unfit as unfit:
        raise RemoteProtocolError(unfit.breach, unfit.detail) from None
    return envelope


def _decode(frame: str | bytes, kinds: Mapping[str, type[Wire]], limits: Limits) -> Wire:
    raw: Json = None
    try:
        text = measure(frame, limits)
        raw = parse(text, limits)
        model = _kind(raw, kinds)
        try:
            return model.model_validate(_present(raw))
        except ValidationError as error:
            raise Unfit(Breach.BAD_FIELDS, _expected(error)) from None
    except Unfit as unfit:
        if raw is None and isinstance(frame, str) and unfit.breach in _SALVAGEABLE:
            raw = parse_for_salvage(frame)
        raise RemoteProtocolError(unfit.breach, unfit.detail, _salvage(raw)) from None


def _kind(raw: Json, kinds: Mapping[str, type[Wire]]) -> type[Wire]:
    if not isinstance(raw, dict):
        raise Unfit(Breach.BAD_FIELDS, "expected an object")
    kind = raw.get("type")
    model = kinds.get(kind) if isinstance(kind, str) else None
    if model is None:
        raise _unknown_kind(kinds)
    return model


def _unknown_kind(kinds: Mapping[str, type[Wire]]) -> Unfit:
    return Unfit(Breach.UNKNOWN_KIND, f"type: expected one of {', '.join(sorted(kinds))}")


def _present(raw: dict[str, Json]) -> dict[str, Json]:
    # UFO writes every optional field as null. Our own name for session_id is no wire spelling.
    return {name: value for name, value in raw.items() if value is not None and name != "task_id"}


def _expected(error: ValidationError) -> str:
    first = error.errors(include_url=False, include_input=False)[0]
    place = "".join(
        f"[{part}]" if isinstance(part, int) else f".{part}" for part in first["loc"]
    ).removeprefix(".")
    if first["type"] == "literal_error":
        return f"{place}: expected {first['ctx']['expected']}"
    return f"{place}: {_EXPECTED.get(first['type'], 'has the wrong form')}"


def _salvage(raw: Json) -> Salvage | None:
    kind = _text(raw.get("type")) if isinstance(raw, dict) else None
    if kind is None or kind not in {"command", "task"}:
        return None
    actions = raw.get("actions")
    return Salvage(
        kind=kind,
        task_id=_text(raw.get("session_id")),
        response_id=_text(raw.get("response_id")),
        actions=len(actions) if isinstance(actions, list) else 0,
    )


def _text(value: Json) -> str | None:
    return value if isinstance(value, str) else None


def encode(message: Message, timestamp: str | None = None) -> str:
    """
    Write a message down: wire spellings, ``status`` always, what is absent left out.

    Args:
        message: What to say. Null is kept inside result, parameters and metadata.
        timestamp: ISO 8601 in UTC, for a message that has none; clocks belong to the caller.

    Raises:
        LocalProtocolError: A result, parameter or fact is of a type that JSON does not have.

    """
    text = as_text(message)
    if timestamp is None or message.timestamp is not None:
        return text
    return f'{text[:-1]},"timestamp":{to_json(timestamp).decode()}}}'


def as_text(part: Wire) -> str:
    """Write a message, or a part of one, as it stands on the wire; always fit to be read."""
    if _is_fit(part):
        try:
            return part.model_dump_json(by_alias=True, exclude_none=True)
        except PydanticSerializationError:
            pass  # A lone surrogate in a text of ours, say in the name of a missing file.
    return to_json(mended(part, LIMITS.max_depth)).decode()


def _is_fit(part: Wire) -> bool:
    fields = vars(part)
    outer = [fields.get("result"), fields.get("metadata"), fields.get("parameters")]
    inner = [done.result for done in fields.get("action_results") or ()]
    inner += [action.parameters for action in fields.get("actions") or ()]
    try:
        check(outer, OURS, depth=1, strings=True)
        check(inner, OURS, depth=3, strings=True)
    except Unfit:
        return False
    return True
