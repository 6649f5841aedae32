"""Look at windows, and act on them."""

from collections.abc import Callable
from dataclasses import asdict

from ..catalog.parts import Area
from ..catalog.screen import NoArguments
from ..catalog.windows import (
    MoveWindowArguments,
    ResizeWindowArguments,
    WindowArguments,
    WindowClosedResult,
    WindowEntry,
    WindowResult,
    WindowsResult,
)
from ..errors import Failure, ToolError
from ..screen import Region, Window, WindowControl
from .bench import Bench
from .choosing import chosen


def list_windows(_: NoArguments, bench: Bench) -> WindowsResult:
    """The windows from the topmost down."""
    return WindowsResult(windows=tuple(entry(window) for window in bench.desktop.screen.windows()))


def activate_window(arguments: WindowArguments, bench: Bench) -> WindowResult:
    """Bring a window to the front."""
    return _acted(arguments, bench, lambda control, window: control.activate(window.id))


def move_window(arguments: MoveWindowArguments, bench: Bench) -> WindowResult:
    """Move a window; refused where nothing of it would be on a display."""

    def move(control: WindowControl, window: Window) -> None:
        frame = control.frame(window.id)
        _require_on_display(arguments, frame, control)
        control.move(window.id, arguments.x, arguments.y)

    return _acted(arguments, bench, move)


def resize_window(arguments: ResizeWindowArguments, bench: Bench) -> WindowResult:
    """Give a window another size."""

    def resize(control: WindowControl, window: Window) -> None:
        control.resize(window.id, arguments.width, arguments.height)

    return _acted(arguments, bench, resize)


def minimise_window(arguments: WindowArguments, bench: Bench) -> WindowResult:
    """Hide a window behind its icon."""
    return _acted(arguments, bench, lambda control, window: control.minimise(window.id))


def maximise_window(arguments: WindowArguments, bench: Bench) -> WindowResult:
    """Let a window fill its display."""
    return _acted(arguments, bench, lambda control, window: control.maximise(window.id))


def restore_window(arguments: WindowArguments, bench: Bench) -> WindowResult:
    """Take back minimise or maximise."""
    return _acted(arguments, bench, lambda control, window: control.restore(window.id))


def close_window(arguments: WindowArguments, bench: Bench) -> WindowClosedResult:
    """Close a window."""
    control = bench.desktop.live_windows
    window = chosen(arguments, control.windows())
    require_allowed(window, bench)
    control.close_window(window.id)
    return WindowClosedResult(window_id=window.id, title=window.title)


def entry(window: Window) -> WindowEntry:
    """A window as the catalog tells it."""
    return WindowEntry(
        window_id=window.id,
        title=window.title,
        app=window.app,
        pid=window.pid,
        region=area(window.region),
        display=window.display,
        active=window.active,
        minimised=window.minimised,
        maximised=window.maximised,
    )


def area(region: Region) -> Area:
    """A rectangle as the catalog tells it; X knows windows without a size while they open."""
    return Area.model_construct(**asdict(region))


def require_allowed(window: Window, bench: Bench) -> None:
    """Raise ToolError ``denied`` unless the owner's policy lets that window be acted upon."""
    why = bench.grant.guard.refusal((window.app,), window.title)
    if why:
        raise ToolError(Failure.DENIED, f"policy: window {window.title!r} takes no input: {why}")


def _acted(
    arguments: WindowArguments, bench: Bench, act: Callable[[WindowControl, Window], None]
) -> WindowResult:
    control = bench.desktop.live_windows
    window = chosen(arguments, control.windows())
    require_allowed(window, bench)
    act(control, window)
    now = next((each for each in control.windows() if each.id == window.id), None)
    if now is None:
        raise ToolError(Failure.FAILED, f"window {window.id} {window.title!r} has closed meanwhile")
    return WindowResult(window=entry(now), frame=area(control.frame(now.id)))


def _require_on_display(
    arguments: MoveWindowArguments, frame: Region, control: WindowControl
) -> None:
    for display in control.displays():
        across = arguments.x < display.x + display.width and arguments.x + frame.width > display.x
        down = arguments.y < display.y + display.height and arguments.y + frame.height > display.y
        if across and down:
            return
    raise ToolError(
        Failure.BAD_ARGUMENTS,
        f"move_window: at {arguments.x},{arguments.y} no display would show any of the window",
    )
