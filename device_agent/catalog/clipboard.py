"""Tools that copy and paste."""

from typing import Literal, TypeAlias

from pydantic import Field, model_validator

from .tool import Arguments, Tier, Tool, ToolResult

WhichOne: TypeAlias = Literal["clipboard", "primary"]

ONES = "primary is what X11 programs paste with the middle button."


class GetClipboardArguments(Arguments):
    """Which clipboard, and what of it."""

    selection: WhichOne = Field(default="clipboard", description=ONES)
    format: Literal["auto", "text", "image"] = Field(
        default="auto", description="auto gives text if there is any, else a picture."
    )
    timeout_s: float = Field(
        default=3.0,
        gt=0.0,
        le=30.0,
        description="How long the program that copied may leave us waiting, seconds.",
    )

    @property
    def extra_s(self) -> float:
        return 2 * self.timeout_s


class GetClipboardResult(ToolResult):
    """What was copied last; ``empty`` where nothing was, or its program has ended."""

    kind: Literal["text", "image", "empty", "other"] = Field(
        description="other: it can be had in none of the formats asked for."
    )
    text: str | None = None
    image: str | None = Field(default=None, description="A PNG file, base64.")
    mime_type: str | None = None
    width: int | None = None
    height: int | None = None
    formats: tuple[str, ...] = Field(
        default=(), description="In which the clip can be had, in the platform's names."
    )


class SetClipboardArguments(Arguments):
    """What to copy."""

    text: str | None = Field(default=None, description="Pasted exactly as it stands.")
    image: str | None = Field(
        default=None, description="In place of text: a picture file, base64; pasted as PNG."
    )
    selection: Literal["clipboard", "primary", "both"] = Field(
        default="clipboard", description=ONES
    )

    @model_validator(mode="after")
    def _one_content(self) -> "SetClipboardArguments":
        if (self.text is None) == (self.image is None):
            raise ValueError("give either text or image")
        return self


class SetClipboardResult(ToolResult):
    """What other programs can paste now: it was read back as they would read it."""

    size_bytes: int
    formats: tuple[str, ...]


GET_CLIPBOARD = Tool(
    name="get_clipboard",
    tier=Tier.CLIPBOARD,
    acts=False,
    summary="Read what was copied: text or a picture.",
    arguments=GetClipboardArguments,
    result=GetClipboardResult,
)

SET_CLIPBOARD = Tool(
    name="set_clipboard",
    tier=Tier.CLIPBOARD,
    acts=True,
    summary="Copy a text or a picture, for any program to paste.",
    description=(
        "It stays until another program copies something. When the agent ends it is handed to the "
        "desktop's clipboard manager, if there is one."
    ),
    arguments=SetClipboardArguments,
    result=SetClipboardResult,
    private=frozenset({"text", "image"}),
)

FAMILY = (GET_CLIPBOARD, SET_CLIPBOARD)
