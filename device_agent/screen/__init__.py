"""Pictures of the screen and its windows, one file per platform."""

from .base import Display, Frame, Region, Screen, Window
from .choose import choose, choose_control
from .control import Under, WindowControl

__all__ = [
    "Display",
    "Frame",
    "Region",
    "Screen",
    "Under",
    "Window",
    "WindowControl",
    "choose",
    "choose_control",
]
