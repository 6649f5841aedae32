"""Which programs a person could start here, and how they are started."""

from .entries import Application
from .installed import installed, matching

__all__ = ["Application", "installed", "matching"]
