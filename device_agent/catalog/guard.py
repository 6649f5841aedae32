"""Which windows may be given input: the owner's rules, as they are handed to the desktop. Pure."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

MAX_NAME_CHARS = 1024
"""More of a title is not looked at; it bounds what a pattern can cost."""


@dataclass(frozen=True, slots=True)
class WindowRule:
    """
    Windows by what they are called.

    Attributes:
        app: Pattern for the class (X11) or the executable (Windows); empty: any.
        title: Pattern for the title; empty: any. Both match anywhere, ``^`` and ``$`` bind them.

    """

    app: str = ""
    title: str = ""

    def fits(self, apps: Iterable[str], title: str) -> bool:
        """Whether a window with one of these classes and this title is meant."""
        named = not self.app or any(re.search(self.app, app[:MAX_NAME_CHARS]) for app in apps)
        return named and (not self.title or bool(re.search(self.title, title[:MAX_NAME_CHARS])))


@dataclass(frozen=True, slots=True)
class Guard:
    """
    Which windows take input.

    Attributes:
        deny: Windows that take none.
        secret: Windows that take none by the built-in list: what holds or asks for passwords.
        allow: The only ones that do; None: all the others.
        source: Who says so.

    """

    deny: tuple[WindowRule, ...] = ()
    secret: tuple[WindowRule, ...] = ()
    allow: tuple[WindowRule, ...] | None = None
    source: str = ""

    @property
    def said(self) -> bool:
        """Whether the owner named windows, beside the built-in list."""
        return bool(self.deny) or self.allow is not None

    @property
    def watches(self) -> bool:
        """Whether it has to be looked which window would get an input."""
        return self.said or bool(self.secret)

    def refusal(self, apps: Iterable[str], title: str) -> str:
        """Why a window takes no input, with the rule; empty where it does."""
        apps = tuple(apps)
        for number, rule in enumerate(self.deny):
            if rule.fits(apps, title):
                return f"rule `input.deny_windows.{number}` in {self.source}"
        if any(rule.fits(apps, title) for rule in self.secret):
            return (
                "it holds or asks for passwords (rule `input.guard_secrets`, which the owner's "
                "policy file can set to false)"
            )
        if self.allow is not None and not any(rule.fits(apps, title) for rule in self.allow):
            return f"it is not among rule `input.allow_windows` in {self.source}"
        return ""

    def as_json(self) -> dict[str, Any]:
        """For the way to the desktop process."""
        allow = None if self.allow is None else _texts(self.allow)
        return {
            "deny": _texts(self.deny),
            "secret": _texts(self.secret),
            "allow": allow,
            "source": self.source,
        }

    @classmethod
    def of_json(cls, content: Mapping[str, Any]) -> "Guard":
        """Read it again."""
        allow = content.get("allow")
        return cls(
            deny=_rules(content.get("deny", ())),
            secret=_rules(content.get("secret", ())),
            allow=None if allow is None else _rules(allow),
            source=content.get("source", ""),
        )


def _texts(rules: Iterable[WindowRule]) -> list[list[str]]:
    return [[rule.app, rule.title] for rule in rules]


def _rules(texts: Iterable[Iterable[str]]) -> tuple[WindowRule, ...]:
    return tuple(WindowRule(*pair) for pair in texts)
