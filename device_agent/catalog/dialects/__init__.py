"""
Foreign names for our tools, and what their speakers expect back. Pure.

A dialect is one file. Our own names are understood everywhere, unless a dialect gives the same
name another meaning.
"""

from .listing import listing
from .memory import Memory
from .translate import translate
from .translated import Answer, OurCall, Translated, proceed

__all__ = ["Answer", "Memory", "OurCall", "Translated", "listing", "proceed", "translate"]
