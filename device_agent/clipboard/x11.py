"""The clipboards of an X server."""

import threading
from collections.abc import Callable, Mapping
from types import MappingProxyType

from .base import Clip, Clipboard, Content, Selection, Wanted
from .x11_formats import ABOUT, IMAGE_FORMATS, LATIN1, UTF8, chosen, decoded
from .x11_owner import Owner
from .x11_reading import Reading, reading

NAMES: Mapping[Selection, str] = MappingProxyType(
    {Selection.CLIPBOARD: "CLIPBOARD", Selection.PRIMARY: "PRIMARY"}
)


class X11Clipboard(Clipboard):
    """
    CLIPBOARD and PRIMARY of one X server.

    Reading goes over a connection of its own each time, so that an owner that hangs holds up one
    call and nothing else.

    Args:
        display: The server's name, such as ``":0"``.

    """

    def __init__(self, display: str) -> None:
        self._display = display
        self._lock = threading.Lock()
        self._owner: Owner | None = None
        self._taken: dict[Selection, threading.Event] = {}

    def read(
        self, selection: Selection, wanted: Wanted, timeout_s: float, check: Callable[[], None]
    ) -> Clip:
        with reading(self._display, NAMES[selection], timeout_s, check) as asking:
            if not asking.owner:
                return Clip()
            formats = asking.formats()
            if formats is None:
                # A program too old to say; one of these it must know.
                formats = (UTF8, LATIN1)
            return _clip(asking, tuple(name for name in formats if name not in ABOUT), wanted)

    def write(self, selection: Selection, content: Content) -> None:
        with self._lock:
            if self._owner is None or not self._owner.alive:
                self._owner = Owner(self._display)
            self._taken[selection] = self._owner.own(NAMES[selection], content)

    def wait_until_taken(self, selection: Selection, timeout_s: float) -> bool:
        with self._lock:
            taken = self._taken.get(selection)
        return taken is not None and taken.wait(timeout_s)

    def leave(self, within_s: float) -> None:
        owner = self._owner
        if owner is not None and owner.alive:
            owner.hand_over(within_s)


def _clip(asking: Reading, formats: tuple[str, ...], wanted: Wanted) -> Clip:
    for name in chosen(formats, wanted):
        told = asking.ask(name)
        if told is None:
            continue
        kind, content = told
        if name in IMAGE_FORMATS:
            return Clip(formats, image=content)
        text = decoded(kind, content)
        if text is not None:
            return Clip(formats, text=text)
    return Clip(formats)
