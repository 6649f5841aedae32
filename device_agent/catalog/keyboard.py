"""Tools that use the keyboard."""

from typing import Literal

from pydantic import Field

from .parts import Key, Keys, Nothing
from .tool import Arguments, Tier, Tool

# Characters without a key of their own are bound in batches, and clients need time to see it:
# 400 distinct ones took 2.9 s on an X server, plain ones 0.06 ms each.
SECONDS_PER_CHARACTER = 0.02
PASTE_S = 10.0
KEY_NAMES = (
    'Key names are case-insensitive: "ctrl", "shift", "alt", "win", "enter", "esc", "tab", '
    '"backspace", "pageup", "f5", "a"; X11 spellings such as "Page_Up" work too.'
)


class TypeTextArguments(Arguments):
    """What to type."""

    text: str = Field(description="Typed exactly as it stands; a line feed is the Return key.")
    via: Literal["keys", "clipboard"] = Field(
        default="keys",
        description="clipboard: the text is copied, pasted with paste_keys, and what was copied "
        "before is put back; quick for long texts, where the window pastes. Needs the tier "
        "clipboard too.",
    )
    paste_keys: Keys = Field(default="ctrl+v", description="What pastes in that window.")

    @property
    def extra_s(self) -> float:
        return PASTE_S if self.via == "clipboard" else len(self.text) * SECONDS_PER_CHARACTER


class PressKeysArguments(Arguments):
    """Which keys to press together."""

    keys: Keys = Field(description='"ctrl+s" or ["ctrl", "s"]: pressed together.')
    repeat: int = Field(default=1, ge=1, le=1000, description="How often.")
    hold_s: float = Field(
        default=0.0, ge=0.0, le=60.0, description="How long they stay down each time, seconds."
    )

    @property
    def extra_s(self) -> float:
        return self.repeat * (self.hold_s + 0.01)


class HoldKeysArguments(Arguments):
    """Which keys, for how long."""

    keys: Keys = Field(description='"shift" or "ctrl+shift": down together.')
    duration_s: float = Field(gt=0.0, le=300.0, description="How long they stay down, seconds.")

    @property
    def extra_s(self) -> float:
        return self.duration_s


class KeyArguments(Arguments):
    """Which key."""

    key: Key = Field(description="One key by its name.")


TYPE_TEXT = Tool(
    name="type_text",
    tier=Tier.INPUT,
    acts=True,
    summary="Type a text into the window that has the focus.",
    description="Any Unicode text, whatever the keyboard's layout. A text with a character that "
    "cannot be typed is refused before the first key.",
    arguments=TypeTextArguments,
    result=Nothing,
    private=frozenset({"text"}),
)

PRESS_KEYS = Tool(
    name="press_keys",
    tier=Tier.INPUT,
    acts=True,
    summary="Press keys together and release them, such as ctrl+s.",
    description=KEY_NAMES,
    arguments=PressKeysArguments,
    result=Nothing,
)

HOLD_KEYS = Tool(
    name="hold_keys",
    tier=Tier.INPUT,
    acts=True,
    summary="Hold keys down for a while, then release them.",
    description=f"The keyboard repeats them as if a person held them. {KEY_NAMES}",
    arguments=HoldKeysArguments,
    result=Nothing,
)

KEY_DOWN = Tool(
    name="key_down",
    tier=Tier.INPUT,
    acts=True,
    summary="Press a key and keep it down until key_up.",
    description="A key that stays down for long, or whose sender leaves, is released by itself.",
    arguments=KeyArguments,
    result=Nothing,
)

KEY_UP = Tool(
    name="key_up",
    tier=Tier.INPUT,
    acts=True,
    summary="Release a key.",
    arguments=KeyArguments,
    result=Nothing,
)

FAMILY = (TYPE_TEXT, PRESS_KEYS, HOLD_KEYS, KEY_DOWN, KEY_UP)
