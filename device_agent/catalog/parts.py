"""Pieces that the arguments and results of several tools are made of."""

from typing import Annotated, Any, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, Strict, WithJsonSchema

from .tool import ToolResult


class Part(BaseModel):
    """A piece of arguments or results: strict and closed."""

    model_config = ConfigDict(frozen=True, strict=True, extra="forbid")


class Point(Part):
    """A place on the desktop, in screen pixels from the desktop's origin."""

    x: int = Field(description="Screen pixels from the left.")
    y: int = Field(description="Screen pixels from the top.")


class Area(Part):
    """A rectangle on the desktop, in screen pixels."""

    x: int = Field(description="Left edge, screen pixels.")
    y: int = Field(description="Upper edge, screen pixels.")
    width: int = Field(ge=1, description="Screen pixels.")
    height: int = Field(ge=1, description="Screen pixels.")


class Nothing(ToolResult):
    """Nothing but that it has happened: an empty object."""


Button: TypeAlias = Literal["left", "right", "middle", "back", "forward"]


def chord(keys: object) -> object:
    """
    Split "ctrl+shift+t" into its keys; anything but a text is returned as it is.

    The plus key itself is "plus", or the last plus in "ctrl++".
    """
    if not isinstance(keys, str):
        return keys
    if keys.endswith("+"):
        rest = keys[:-1].rstrip("+")
        return [*(part.strip() for part in rest.split("+") if part), "plus"]
    return [part.strip() for part in keys.split("+")]


_KEYS_SCHEMA: dict[str, Any] = {
    "anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]
}

Key: TypeAlias = Annotated[str, Field(min_length=1, max_length=64)]
Keys: TypeAlias = Annotated[
    tuple[Key, ...], Strict(strict=False), BeforeValidator(chord), WithJsonSchema(_KEYS_SCHEMA)
]
"""Keys that go down in this order and up in the reverse one: a list, or a text with pluses."""

HELD = 'Keys held down meanwhile, such as "ctrl" or "ctrl+shift".'
