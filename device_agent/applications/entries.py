"""
One desktop entry: an application as its package describes it.

The format is https://specifications.freedesktop.org/desktop-entry-spec/ , version 1.5.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

GROUP = "[Desktop Entry]"
ESCAPES = {"s": " ", "n": "\n", "t": "\t", "r": "\r", "\\": "\\", ";": ";"}


@dataclass(frozen=True, slots=True)
class Application:
    """
    A program that a person could start.

    Attributes:
        id: Its desktop file's id, such as ``org.gnome.gedit.desktop``.
        name: What menus call it, in the user's language.
        names: Every name it may be asked for by: in any language, and its generic ones.
        exec: How it is started, as the entry says it; "" where only D-Bus can.
        try_exec: Program that must be there for it to work; "" where it names none.
        categories: Such as ``Utility`` and ``TextEditor``.
        comment: One line about it; may be empty.
        file: Where its entry stands.
        folder: Directory to start it in; "" for the starter's own.
        icon: Name of its icon; may be empty.
        wm_class: The class that its windows have; "" where it does not say.
        terminal: Whether it needs a terminal around it.
        shown: Whether menus show it on this desktop.

    """

    id: str
    name: str
    names: tuple[str, ...]
    exec: str
    try_exec: str
    categories: tuple[str, ...]
    comment: str
    file: str
    folder: str
    icon: str
    wm_class: str
    terminal: bool
    shown: bool


def parse(
    text: str, *, file_id: str, file: str, locales: Sequence[str] = (), desktops: Sequence[str] = ()
) -> Application | None:
    """
    The application that a desktop file describes; None where it describes none.

    Args:
        text: What is in the file.
        file_id: Its id.
        file: Where it stands.
        locales: Suffixes of localised keys, the best first, such as ``de_DE`` and ``de``.
        desktops: Names of the running desktop, such as ``GNOME``.

    """
    keys = dict(_keys(text))
    if keys.get("Type") != "Application" or _true(keys, "Hidden") or "Name" not in keys:
        return None
    return Application(
        id=file_id,
        name=_localised(keys, "Name", locales),
        names=tuple(_names(keys)),
        exec=keys.get("Exec", ""),
        try_exec=keys.get("TryExec", ""),
        categories=tuple(_listed(keys, "Categories")),
        comment=_localised(keys, "Comment", locales),
        file=file,
        folder=keys.get("Path", ""),
        icon=_localised(keys, "Icon", locales),
        wm_class=keys.get("StartupWMClass", ""),
        terminal=_true(keys, "Terminal"),
        shown=not _true(keys, "NoDisplay") and _belongs(keys, desktops),
    )


def locales_of(name: str) -> tuple[str, ...]:
    """Suffixes to look for, the best first, under a locale such as ``de_DE.UTF-8@euro``."""
    main, _, modifier = name.partition("@")
    language, _, country = main.partition(".")[0].partition("_")
    if language in {"", "C", "POSIX"}:
        return ()
    with_country = f"{language}_{country}" if country else ""
    found = [
        f"{with_country}@{modifier}" if with_country and modifier else "",
        with_country,
        f"{language}@{modifier}" if modifier else "",
        language,
    ]
    return tuple(suffix for suffix in found if suffix)


def _keys(text: str) -> Iterator[tuple[str, str]]:
    inside = False
    for line in text.splitlines():
        stripped = line.strip()
        if stripped.startswith("["):
            inside = stripped == GROUP
        elif inside and "=" in stripped and not stripped.startswith("#"):
            key, _, value = stripped.partition("=")
            # A list is cut at its semicolons first, and unescaped then.
            raw = value.strip()
            yield key.strip(), raw if _is_list(key) else _unescaped(raw)


def _is_list(key: str) -> bool:
    return key.strip() in {"Categories", "OnlyShowIn", "NotShowIn"}


def _unescaped(value: str) -> str:
    if "\\" not in value:
        return value
    parts, escaped = list[str](), False
    for sign in value:
        if escaped:
            parts.append(ESCAPES.get(sign, f"\\{sign}"))
        elif sign != "\\":
            parts.append(sign)
        escaped = sign == "\\" and not escaped
    return "".join(parts)


def _listed(keys: Mapping[str, str], key: str) -> Iterator[str]:
    part, escaped = "", False
    for sign in f"{keys.get(key, '')};":
        if sign == ";" and not escaped:
            if part:
                yield _unescaped(part)
            part = ""
        else:
            part += sign
        escaped = sign == "\\" and not escaped


def _localised(keys: Mapping[str, str], key: str, locales: Sequence[str]) -> str:
    found = (keys[f"{key}[{locale}]"] for locale in locales if f"{key}[{locale}]" in keys)
    return next(found, keys.get(key, ""))


def _names(keys: Mapping[str, str]) -> Iterator[str]:
    for key, value in keys.items():
        if value and key.partition("[")[0] in {"Name", "GenericName"}:
            yield value


def _true(keys: Mapping[str, str], key: str) -> bool:
    return keys.get(key, "").lower() == "true"


def _belongs(keys: Mapping[str, str], desktops: Sequence[str]) -> bool:
    only, never = set(_listed(keys, "OnlyShowIn")), set(_listed(keys, "NotShowIn"))
    return (not only or bool(only & set(desktops))) and not never & set(desktops)
