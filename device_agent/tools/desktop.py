"""The desktop of this process: its screen and its inputs."""

import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ..catalog.guard import Guard
from ..info import DesktopWatch
from .views import Views

if TYPE_CHECKING:
    from ..accessibility import Accessibility
    from ..clipboard import Clipboard
    from ..inputs import Inputs
    from ..screen import Screen, WindowControl
    from ..screen.seen import SeenFrames


@dataclass(slots=True)
class _Backends:
    screen: "Screen"
    seen: "SeenFrames"
    inputs: "Inputs"
    windows: "WindowControl"
    clipboard: "Clipboard"
    fresh: bool = True


class Desktop:
    """
    Screen and inputs of the session that this process belongs to, chosen when first needed.

    ``screen`` is for the screen's thread alone; ``inputs``, ``live_inputs``, ``windows`` and
    ``live_windows`` for the inputs' thread; any thread may use the rest.

    Attributes:
        displays: As list_displays shows them, when they were last looked at.
        views: What the latest frames showed.

        guard: Which windows take the input of the call that runs; for the inputs' thread alone.

    Args:
        watch: Tells whether the desktop can be used.

    """

    def __init__(self, watch: DesktopWatch | None = None) -> None:
        self.displays: tuple[Mapping[str, Any], ...] = ()
        self.guard = Guard()
        self.views = Views()
        self._watch = watch or DesktopWatch()
        self._choosing = threading.Lock()
        self._chosen: _Backends | None = None
        self._accessible: Accessibility | None = None

    @property
    def screen(self) -> "Screen":
        """The screen; one that fails every call with the reason where there is none."""
        return self._backends().screen

    @contextmanager
    def another_screen(self) -> Iterator["Screen"]:
        """A screen for one thread and a while, for calls that watch it beside the others."""
        self._backends()
        from .. import screen

        other = screen.choose()
        try:
            yield other
        finally:
            other.close()

    @property
    def seen(self) -> "SeenFrames":
        """Which frames were taken before."""
        return self._backends().seen

    @property
    def inputs(self) -> "Inputs":
        """
        Pointer and keyboard; such as fail every call with the reason where there are none.

        The first time they can be had, what an earlier process left down is released.
        """
        backends = self._backends()
        if backends.fresh:
            backends.inputs.release_all()
            backends.fresh = False
        return backends.inputs

    @property
    def live_inputs(self) -> "Inputs":
        """
        Pointer and keyboard of a desktop that takes input now.

        Raises:
            ToolError: ``locked``, ``no_session`` or ``unavailable``: a lock screen would take the
                input for a password, and what is typed where nobody sees it has not happened.

        """
        self._watch.session().require_active()
        inputs = self.inputs
        inputs.guard = self.guard
        return inputs

    @property
    def windows(self) -> "WindowControl":
        """What acts on windows; such as fails every call with the reason where there is nothing."""
        return self._backends().windows

    @property
    def live_windows(self) -> "WindowControl":
        """The same on a desktop that takes input now; else ToolError as for ``live_inputs``."""
        self.require_active()
        return self.windows

    def require_active(self) -> None:
        """Raise ToolError as ``live_inputs`` does unless the desktop takes input now."""
        self._watch.session().require_active()

    @property
    def accessibility(self) -> "Accessibility":
        """What programs expose of their elements; any thread may use it."""
        with self._choosing:
            if self._accessible is None:
                from ..accessibility import choose

                self._accessible = choose()
            return self._accessible

    @contextmanager
    def windows_apart(self) -> Iterator["WindowControl"]:
        """The same for any thread: over a connection of its own, for one call."""
        self._backends()
        from ..screen import choose_control

        windows = choose_control()
        try:
            yield windows
        finally:
            windows.close()

    @property
    def clipboard(self) -> "Clipboard":
        """What is copied and pasted; fails every call with the reason where there is nothing."""
        return self._backends().clipboard

    def leave(self, within_s: float) -> None:
        """Hand on what would end with this process: what calls have copied. Never raises."""
        if self._chosen is not None:
            self._chosen.clipboard.leave(within_s)

    @property
    def held(self) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Keys and buttons that calls have left down. Any thread may ask."""
        if self._chosen is None:
            return (), ()
        held = self._chosen.inputs.held()
        return held.keys, tuple(str(button) for button in held.buttons)

    def _backends(self) -> _Backends:
        # Both at once and by one thread: xcffib cannot take a module of one backend being imported
        # while the other one connects.
        with self._choosing:
            if self._chosen is None:
                self._chosen = _choose()
            return self._chosen


def _choose() -> _Backends:
    from .. import clipboard, inputs, screen
    from ..screen.memory import keep_frame_buffers
    from ..screen.seen import SeenFrames

    keep_frame_buffers()
    return _Backends(
        screen.choose(),
        SeenFrames(),
        inputs.choose(),
        screen.choose_control(),
        clipboard.choose(),
    )
