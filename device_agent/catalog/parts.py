"""Pieces that the arguments and results of several tools are made of."""

from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, Strict

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


Key: TypeAlias = Annotated[str, Field(min_length=1, max_length=64)]
Keys: TypeAlias = Key | Annotated[tuple[Key, ...], Strict(strict=False), Field(max_length=8)]
"""Keys that go down in this order and up in the reverse one: a list, or a text with pluses."""

HELD = 'Keys held down meanwhile, such as "ctrl" or "ctrl+shift".'
