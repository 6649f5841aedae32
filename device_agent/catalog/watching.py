"""Tools that wait for the screen, and read it."""

from typing import Literal, Self

from pydantic import Field, model_validator

from .parts import Area, Part
from .screen import ShownArguments
from .tool import Tier, Tool, ToolResult
from .windows import WindowEntry

MAX_PATTERN_CHARS = 200


class WaitForScreenArguments(ShownArguments):
    """What to wait for, where, and how long."""

    until: Literal["still", "changed", "window", "window_gone"] = Field(
        description="still: nothing changes for still_s. changed: something looks different than "
        "in the frame since. window: one with this title and app is shown. window_gone: "
        "none is open."
    )
    still_s: float = Field(
        default=0.5, ge=0.05, le=60.0, description="How long nothing may change, seconds."
    )
    tolerance_pixels: int = Field(
        default=0,
        ge=0,
        description="Changes within a rectangle of at most so many pixels count as none, such as "
        "200 for a blinking text cursor.",
    )
    since: str | None = Field(
        default=None,
        description="A frame_id; what it showed is watched. Null: the screen as it is now.",
    )
    title: str | None = Field(
        default=None,
        min_length=1,
        max_length=MAX_PATTERN_CHARS,
        description="Regular expression, searched for in windows' titles, in any case.",
    )
    app: str | None = Field(
        default=None,
        min_length=1,
        max_length=MAX_PATTERN_CHARS,
        description="Regular expression, searched for in windows' apps, in any case.",
    )
    timeout_s: float = Field(
        default=10.0, ge=0.0, le=600.0, description="Then the answer is timed_out, seconds."
    )

    @model_validator(mode="after")
    def _fitting(self) -> Self:
        of_windows = self.until in {"window", "window_gone"}
        if of_windows and self.title is None and self.app is None:
            raise ValueError(f"until {self.until} needs title or app")
        if not of_windows and (self.title is not None or self.app is not None):
            raise ValueError(f"title and app belong to until window, not to {self.until}")
        if self.since is not None and self.until != "changed":
            raise ValueError(f"since belongs to until changed, not to {self.until}")
        if self.shows_a_part and (of_windows or self.since is not None):
            raise ValueError("region, display and windows to watch do not go with since or a title")
        return self

    @property
    def extra_s(self) -> float:
        return self.timeout_s


class WaitForScreenResult(ToolResult):
    """Whether it came to be."""

    met: bool
    timed_out: bool = Field(description="It did not come to be in time; no error.")
    waited_s: float
    frame_id: str | None = Field(
        default=None, description="Of still and changed: names what the screen showed at the end."
    )
    window: WindowEntry | None = Field(default=None, description="Of window: the topmost one.")


class FindTextArguments(ShownArguments):
    """Which text to look for, and where."""

    text: str | None = Field(
        default=None,
        min_length=1,
        max_length=1000,
        description="Within one line of the screen; null for all lines.",
    )
    match: Literal["contains", "whole_words", "exact"] = Field(
        default="contains",
        description="exact: the line is this text and nothing else. Words are split by any blanks.",
    )
    case: bool = Field(default=False, description="Whether capitals make a difference.")
    languages: str = Field(
        default="eng",
        pattern=r"^[A-Za-z0-9_]+(\+[A-Za-z0-9_]+)*$",
        max_length=100,
        description="tesseract's names, such as eng+deu.",
    )
    min_confidence: float = Field(
        default=0.3, ge=0.0, le=1.0, description="Words that are less certain are left out."
    )
    max_matches: int = Field(default=200, ge=1, le=5000, description="More are cut off.")
    timeout_s: float = Field(
        default=60.0,
        gt=0.0,
        le=300.0,
        description="How long reading may take, seconds; a screen full of small print takes ten.",
    )

    @property
    def extra_s(self) -> float:
        return self.timeout_s


class TextMatch(Part):
    """A text on the screen."""

    text: str = Field(description="As it was read.")
    region: Area = Field(description="Where it stands, screen pixels.")
    confidence: float = Field(description="Of its least certain word, 0.0 to 1.0.")


class FindTextResult(ToolResult):
    """Where the text stands: from the top down, in each line from the left."""

    matches: tuple[TextMatch, ...]
    truncated: bool = Field(description="There are more than max_matches.")


WAIT_FOR_SCREEN = Tool(
    name="wait_for_screen",
    tier=Tier.OBSERVE,
    acts=False,
    summary="Wait until the screen is still or has changed, or a window is shown or gone.",
    description="A time that runs out is an answer, no error. Without a part to watch it is the "
    "whole desktop.",
    arguments=WaitForScreenArguments,
    result=WaitForScreenResult,
)

FIND_TEXT = Tool(
    name="find_text",
    tier=Tier.OBSERVE,
    acts=False,
    summary="Find a text on the screen by reading it (OCR), with its place.",
    description="Needs tesseract on the machine; fails as unavailable where it is not installed. "
    "A region reads faster and better than the whole desktop.",
    arguments=FindTextArguments,
    result=FindTextResult,
    deadline_s=15.0,
    smaller="look for a text, or in a region",
)

FAMILY = (WAIT_FOR_SCREEN, FIND_TEXT)
