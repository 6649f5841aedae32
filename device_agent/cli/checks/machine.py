"""The machine: its desktop, what Python finds on it, its clock."""

import os
import shutil
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from ..findings import Finding, Level, ok

OPTIONAL = {
    "tkinter": "only needed by pyautogui; on Debian and Ubuntu: apt install python3-tk",
    "pyautogui": "only needed where there is no better way to type; pip install pyautogui",
    "mss": "needed for screenshots; pip install mss",
}


def desktop_findings(display: str | None) -> Iterator[Finding]:
    """Say whether there is a desktop that can be seen and used; *display* replaces DISPLAY."""
    from ...info import DesktopState, read_desktop

    environment = {**os.environ, **({"DISPLAY": display} if display else {})}
    session = read_desktop(environment)
    if session.state is DesktopState.ACTIVE:
        yield ok("desktop", f"{session.kind} {environment.get('DISPLAY', '')}".rstrip())
    else:
        text, _, remedy = session.reason.partition(": ")
        level = Level.WARN
        yield Finding("desktop", level, text, remedy or _desktop_remedy(session.state.value))
    if sys.platform == "linux" and environment.get("DISPLAY"):
        yield from _cookie(environment)


def import_findings() -> Iterator[Finding]:
    """Say which optional modules Python would find; none is imported."""
    for name, remedy in OPTIONAL.items():
        # Debian splits tkinter: the package is there, its C half is not.
        there = find_spec("_tkinter" if name == "tkinter" else name) is not None
        text = f"{name} {'is' if there else 'is not'} there"
        yield Finding("python", Level.INFO, text, "" if there else remedy)


def reader_finding() -> Finding:
    """Say whether text on the screen can be read."""
    if shutil.which("tesseract"):
        return Finding("ocr", Level.INFO, "tesseract is there")
    remedy = "only needed by find_text; on Debian and Ubuntu: apt install tesseract-ocr"
    return Finding("ocr", Level.INFO, "tesseract is not there", remedy)


def clock_finding() -> Finding:
    """Say whether the clock can be right: it is later than this program's own files."""
    written_s = Path(__file__).stat().st_mtime
    shown = time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime())
    if time.time() < written_s:  # noqa: TID251 -- the clock itself is looked at
        remedy = "set the clock (timedatectl set-ntp true); certificates depend on it"
        return Finding("clock", Level.FAIL, f"{shown} is before this program was written", remedy)
    return ok("clock", shown)


def _desktop_remedy(state: str) -> str:
    return {
        "locked": "unlock the session, or let it not lock itself",
        "unsupported": "log in to an Xorg session",
    }.get(state, "start the agent inside a desktop session, or on Xvfb with --display")


def _cookie(environment: dict[str, str]) -> Iterator[Finding]:
    named = environment.get("XAUTHORITY")
    path = Path(named) if named else Path(environment.get("HOME", "/")) / ".Xauthority"
    if os.access(path, os.R_OK):
        yield ok("xauthority", str(path))
    elif named:
        remedy = "correct XAUTHORITY, or run the agent as the desktop's user"
        yield Finding("xauthority", Level.FAIL, f"{path} cannot be read", remedy)
    else:
        text = "no cookie file; fine where the X server lets this user in without"
        remedy = "if the desktop refuses us: set XAUTHORITY, or `xhost +si:localuser:$USER`"
        yield Finding("xauthority", Level.INFO, text, remedy)
