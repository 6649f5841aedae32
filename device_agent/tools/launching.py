"""Start programs that stay, and wait for their first window."""

import os
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from ..errors import Failure, ToolError
from ..processes import Tree
from ..screen import Window, WindowControl
from .bench import Bench

# Toolkits that expose their widgets only where somebody asks for it look for these; part of what
# makes a program's elements visible to get_ui_tree.
ACCESSIBLE: Mapping[str, str] = {
    "GNOME_ACCESSIBILITY": "1",
    "QT_ACCESSIBILITY": "1",
    "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
}


@dataclass(frozen=True, slots=True)
class Launched:
    """
    What came of starting a program.

    Attributes:
        pid: Of the process that was started.
        exit_code: None while it runs.
        window: Its first window, None if none came in time.

    """

    pid: int
    exit_code: int | None
    window: Window | None


def launch(
    command: Sequence[str],
    bench: Bench,
    *,
    folder: str = "",
    classes: Iterable[str] | None = None,
    wait_s: float,
) -> Launched:
    """
    Start *command* in the background and wait for its window.

    Args:
        command: A program and its arguments; no shell looks at it.
        bench: Of the call.
        folder: Directory to start in; "" for this process's own.
        classes: Whose windows count besides those of the program's own processes; all new ones
            if None.
        wait_s: How long to wait at most; ends early when the program fails.

    Raises:
        ToolError: ``failed`` where it cannot be started or ends with an error before it shows a
            window; ``cancelled``, and then it is left running as it is.

    """
    control = bench.desktop.live_windows
    before = {window.id for window in control.windows()}
    process = _started(command, bench, folder)
    try:
        look = _Look(control, before, _ours(process.pid, bench, classes), process, bench)
        control.wait_for(look.settled, wait_s)
        bench.cancellation.check()
        code = bench.children.wait(process, 0.0)
        if code and look.window is None:
            raise ToolError(
                Failure.FAILED, f"{command[0]} ended with exit code {code} and showed no window"
            )
        return Launched(process.pid, code, look.window)
    finally:
        bench.children.leave(process)


def _started(command: Sequence[str], bench: Bench, folder: str) -> subprocess.Popen[bytes]:
    bench.cancellation.check()
    environment = {**os.environ, **ACCESSIBLE, bench.mark.variable: bench.mark.value}
    cwd = Path(folder) if folder and Path(folder).is_dir() else None
    try:
        return bench.children.start(
            command, cwd=cwd, environment=environment, output=subprocess.DEVNULL
        )
    except (OSError, ValueError) as error:
        raise ToolError(Failure.FAILED, f"{command[0]} cannot be started: {error}") from error


def _ours(pid: int, bench: Bench, classes: Iterable[str] | None) -> Callable[[Window], bool]:
    names = None if classes is None else {name.casefold() for name in classes if name}

    def ours(window: Window) -> bool:
        if names is None or window.pid == pid or window.app.casefold() in names:
            return True
        members = Tree(bench.mark, root=pid).members()
        return window.pid in {process.pid for process in members}

    return ours


class _Look:
    """Whether there is anything left to wait for."""

    def __init__(
        self,
        control: WindowControl,
        before: set[int],
        ours: Callable[[Window], bool],
        process: subprocess.Popen[bytes],
        bench: Bench,
    ) -> None:
        self._control = control
        self._seen = before
        self._ours = ours
        self._process = process
        self._bench = bench
        self.window: Window | None = None

    def settled(self) -> bool:
        fresh = [window for window in self._control.windows() if window.id not in self._seen]
        self._seen |= {window.id for window in fresh}
        self.window = next((window for window in fresh if self._ours(window)), None)
        failed = bool(self._bench.children.wait(self._process, 0.0))
        return self.window is not None or failed or self._bench.cancellation.told
