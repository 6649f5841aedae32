"""
Foreign names for our tools, and what their speakers expect back. Pure.

A dialect is one file. Our own names are understood everywhere, unless a dialect gives the same
name another meaning.
"""

from .listing import listing
from .translate import Translated, translate

__all__ = ["Translated", "listing", "translate"]
