"""What cannot be read is absent."""

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import psutil

Fact = TypeVar("Fact")
Facts = dict[str, Any]

# What the platform says when it keeps something to itself: no such file, no right, no such call.
UNREADABLE = (OSError, psutil.Error, NotImplementedError)


def attempt(read: Callable[[], Fact | None]) -> Fact | None:
    """What *read* returns; None where the platform does not let it."""
    try:
        return read()
    except UNREADABLE:
        return None


def present(facts: Mapping[str, Callable[[], Any]]) -> Facts:
    """Each fact that can be read and is not None."""
    found = {name: attempt(read) for name, read in facts.items()}
    return {name: value for name, value in found.items() if value is not None}
