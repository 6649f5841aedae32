"""What programs copy and paste, one file per platform."""

from .base import Clip, Clipboard, Content, Selection, Wanted
from .choose import choose

__all__ = ["Clip", "Clipboard", "Content", "Selection", "Wanted", "choose"]
