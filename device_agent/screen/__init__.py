"""Pictures of the screen, one file per platform."""

from .base import Display, Frame, Region, Screen, Window
from .choose import choose

__all__ = ["Display", "Frame", "Region", "Screen", "Window", "choose"]
