"""The wall between a session and those who tell it what has happened."""

import logging

from ..driver.ports import Tell
from ..protocol.events import Event

log = logging.getLogger(__name__)


def report(tell: Tell, event: Event) -> None:
    """Tell a session something; a bug in it is its link's own, and ends nothing else."""
    try:
        tell(event)
    except Exception:  # the wall between one session and all others
        log.exception("a session could not take %s", type(event).__name__)
