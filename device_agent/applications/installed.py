"""Find the desktop entries of this machine."""

import os
import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from .entries import Application, locales_of, parse

SUFFIX = ".desktop"
# The variables that name the language of messages, the strongest first (POSIX).
LANGUAGE = ("LC_ALL", "LC_MESSAGES", "LANG")


def installed(environment: Mapping[str, str] = os.environ) -> tuple[Application, ...]:
    """
    The applications that can be started here, those of the user before those of the system.

    One that menus do not show has ``shown`` False. One whose program is missing is left out.
    """
    locale = next((environment[name] for name in LANGUAGE if environment.get(name)), "")
    desktops = environment.get("XDG_CURRENT_DESKTOP", "").split(":")
    search = environment.get("PATH")
    locales = locales_of(locale)
    found: dict[str, Application | None] = {}
    for folder in _folders(environment):
        for path in _files(folder):
            file_id = "-".join(path.relative_to(folder).parts)
            if file_id not in found:
                found[file_id] = parse(
                    _text(path),
                    file_id=file_id,
                    file=str(path),
                    locales=locales,
                    desktops=desktops,
                )
    there = (each for each in found.values() if each is not None)
    return tuple(each for each in there if not each.try_exec or _there(each.try_exec, search))


def matching(name: str, applications: Sequence[Application]) -> tuple[Application, ...]:
    """
    Those that *name* may mean: by id, else by name, else by program; the shown ones if there are.

    More than one where the name is not enough to tell.
    """
    wanted = name.casefold()

    def by_id(each: Application) -> Iterable[str]:
        return (each.id, each.id.removesuffix(SUFFIX))

    def by_name(each: Application) -> Iterable[str]:
        return (each.name,)

    def by_other_names(each: Application) -> Iterable[str]:
        return each.names

    def by_program(each: Application) -> Iterable[str]:
        return (Path(each.exec.split(maxsplit=1)[0].strip('"')).name,) if each.exec else ()

    ways: tuple[Callable[[Application], Iterable[str]], ...]
    ways = (by_id, by_name, by_other_names, by_program)
    for names_of in ways:
        fitting = [
            each for each in applications if wanted in (word.casefold() for word in names_of(each))
        ]
        shown = [each for each in fitting if each.shown]
        if fitting:
            return tuple(shown or fitting)
    return ()


def _folders(environment: Mapping[str, str]) -> Iterator[Path]:
    """XDG Base Directory Specification 0.8."""
    home = Path(environment.get("HOME") or "~").expanduser()
    yield Path(environment.get("XDG_DATA_HOME") or home / ".local/share") / "applications"
    for folder in (environment.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":"):
        if folder:
            yield Path(folder) / "applications"


def _files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob(f"*{SUFFIX}") if path.is_file())


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""


def _there(program: str, search: str | None) -> bool:
    return shutil.which(program, path=search) is not None
