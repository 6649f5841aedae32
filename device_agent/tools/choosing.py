"""Which window a caller means."""

from collections.abc import Sequence

from ..catalog.windows import SomeWindowArguments
from ..errors import Failure, ToolError
from ..screen import Window

MAX_TOLD = 10


def chosen(arguments: SomeWindowArguments, windows: Sequence[Window]) -> Window:
    """
    The one window that fits.

    Raises:
        ToolError: ``bad_arguments`` where none fits, or more than one; names those there are.

    """
    fitting = list(windows)
    if arguments.window_id is not None:
        fitting = [window for window in fitting if window.id == arguments.window_id]
    said = ((arguments.title, _title), (arguments.app, _app))
    for name, of in said:
        fitting = [window for window in fitting if _folded(name) in _folded(of(window))]
    for name, of in said:
        whole = [window for window in fitting if _folded(name) == _folded(of(window))]
        fitting = whole or fitting
    if len(fitting) == 1:
        return fitting[0]
    if fitting:
        detail = f"{len(fitting)} windows fit, so say which one: {_told(fitting)}"
    elif windows:
        detail = f"no window like that is open (any more); there are: {_told(windows)}"
    else:
        detail = "no window is open"
    raise ToolError(Failure.BAD_ARGUMENTS, detail)


def _title(window: Window) -> str:
    return window.title


def _app(window: Window) -> str:
    return window.app


def _folded(name: str | None) -> str:
    return (name or "").casefold()


def _told(windows: Sequence[Window]) -> str:
    told = [f"{each.id} {each.title!r} ({each.app})" for each in windows[:MAX_TOLD]]
    left = len(windows) - MAX_TOLD
    return ", ".join([*told, f"and {left} more"] if left > 0 else told)
