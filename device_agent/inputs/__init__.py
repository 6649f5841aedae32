"""Pointer and keyboard, one file per platform."""

from .base import Inputs
from .choose import choose
from .terms import Box, Button, Held, Point

__all__ = ["Box", "Button", "Held", "Inputs", "Point", "choose"]
