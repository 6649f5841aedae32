"""Look at windows."""

from dataclasses import asdict

from ..catalog.parts import Area
from ..catalog.screen import NoArguments
from ..catalog.windows import WindowEntry, WindowsResult
from ..screen import Window
from .bench import Bench


def list_windows(_: NoArguments, bench: Bench) -> WindowsResult:
    """The windows from the topmost down."""
    return WindowsResult(windows=tuple(_entry(window) for window in bench.desktop.screen.windows()))


def _entry(window: Window) -> WindowEntry:
    return WindowEntry(
        window_id=window.id,
        title=window.title,
        app=window.app,
        pid=window.pid,
        region=Area.model_construct(**asdict(window.region)),
        display=window.display,
        active=window.active,
        minimised=window.minimised,
    )
