"""Pointer and keyboard, one file per platform."""

from .base import Button, Held, Inputs, Point
from .choose import choose

__all__ = ["Button", "Held", "Inputs", "Point", "choose"]
