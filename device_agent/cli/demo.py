"""`device-agent demo`: a hub, simulated devices and this machine at work, for a few seconds."""

import asyncio
import shutil
import sys
import time
from argparse import ArgumentParser, Namespace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from .exits import Exit
from .output import Output, write

if TYPE_CHECKING:
    from .demonstration.steps import Outcome

DEFAULT_OUT = "demo-output"
SIGNALLED = 128
"""What shells add to a signal's number."""

NEXT = """\
next      {prefix}constellation hub     (says where its token F is; stays; in other terminals:)
          {prefix}device-agent run --hub ws://127.0.0.1:8765/ws --token-file F
          {prefix}constellation run "take a screenshot" --device {device} --token-file F"""


def add_arguments(parser: ArgumentParser) -> None:
    """Say what it takes."""
    parser.add_argument(
        "--check", action="store_true", help="fail also when anything was left behind"
    )
    parser.add_argument(
        "--here", action="store_true", help="open the window on your own screen (X11)"
    )
    parser.add_argument(
        "--out", metavar="DIR", default=DEFAULT_OUT, help=f"keeps the screenshot ({DEFAULT_OUT})"
    )


def run(args: Namespace, out: Output) -> int:
    """Show it; every step is told as it ends."""
    from .demonstration import show

    wishes = show.Wishes(Path(args.out), args.here, show.this_device())
    show.check(wishes)
    report = _Report(out)
    began = time.monotonic()
    signals: list[int] = []

    async def play() -> None:
        task = asyncio.current_task()
        if task is not None:
            show.stop_on_signals(task, signals.append)
        await show.show(wishes, report.tell, report.progress)

    try:
        asyncio.run(play())
    except asyncio.CancelledError:
        report.progress("")
        return SIGNALLED + signals[0]
    return report.end(wishes.device_id, time.monotonic() - began, checked=args.check)


class _Report:
    """Says what came of the steps, a line each."""

    def __init__(self, out: Output) -> None:
        self._out = out
        self._outcomes: list[Outcome] = []
        self._shows_progress = sys.stderr.isatty() and not (out.as_json or out.quiet)

    def progress(self, text: str) -> None:
        """Rewrite the one line of progress; only on a terminal."""
        if self._shows_progress:
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)

    def tell(self, outcome: "Outcome") -> None:
        """Say what came of a step."""
        self._outcomes.append(outcome)
        self.progress("")
        if not self._out.as_json and not (self._out.quiet and outcome.ok):
            write(f"{outcome.name:<9} {'' if outcome.ok else 'FAILED: '}{outcome.detail}")

    def end(self, device_id: str, took_s: float, *, checked: bool) -> int:
        """Sum up; gives the exit code."""
        counted = [each for each in self._outcomes if checked or each.name != "end"]
        failed = [each.name for each in counted if not each.ok]
        if self._out.as_json:
            self._out.result(self._facts(took_s, ok=not failed), "")
        elif not self._out.quiet:
            verdict = f"failed: {', '.join(failed)}" if failed else "all went as it should"
            write(f"{'':<9} {verdict}, in {took_s:.1f} s")
            if not failed:
                write(NEXT.format(prefix=_prefix(), device=device_id))
        return Exit.TASK_FAILED if failed else Exit.DONE

    def _facts(self, took_s: float, *, ok: bool) -> dict[str, Any]:
        steps = [
            {"name": each.name, "ok": each.ok, "detail": each.detail, **each.facts}
            for each in self._outcomes
        ]
        return {"ok": ok, "took_s": round(took_s, 3), "steps": steps}


def _prefix() -> str:
    """What stands before our commands where the shell does not find them by themselves."""
    if shutil.which("constellation") is not None:
        return ""
    here = Path(sys.argv[0]).parent
    return f"{here}/" if (here / "constellation").exists() else ""
