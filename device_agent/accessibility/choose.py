"""Which accessibility this machine has: the only place of this room that asks for the platform."""

import importlib.util
import os
import sys
from collections.abc import Mapping

from .base import Accessibility
from .none import NoAccessibility

ELSEWHERE = "accessibility trees can be read on Linux alone, through AT-SPI"
NO_LIBRARY = "the library dbus-fast is missing; install device-agent again"


def choose(environment: Mapping[str, str] = os.environ) -> Accessibility:
    """
    The accessibility that *environment* speaks of. Never raises and connects to nothing yet.

    Where there is none, a :class:`NoAccessibility` whose calls fail with the reason.
    """
    if sys.platform != "linux":
        return NoAccessibility(ELSEWHERE)
    if importlib.util.find_spec("dbus_fast") is None:
        return NoAccessibility(NO_LIBRARY)
    from .atspi import AtSpi

    return AtSpi(environment)
