"""
How a desktop entry's ``Exec`` becomes a program and its arguments, without a shell.

Desktop Entry Specification 1.5, section 7.
"""

import re
from collections.abc import Iterator

from .entries import Application

# Inside double quotes a backslash takes the meaning away from these.
QUOTED_ESCAPES = frozenset('"`$\\')
# What stands for files and addresses to open; an application is started without any here. The
# others are old and mean nothing any more.
NOTHING = frozenset("fFuUdDnNvm")
CODE = re.compile(r"%(.)")


def command_of(application: Application) -> tuple[str, ...]:
    """
    The program and its arguments, started on its own without files.

    Raises:
        ValueError: The line is broken; says how.

    """
    words: list[str] = []
    for word, quoted in _words(application.exec):
        # Field codes mean themselves inside quotes, where they have no business.
        words += [word] if quoted else _expanded(word, application)
    if not words or not words[0]:
        raise ValueError("it names no program")
    return tuple(words)


def _words(line: str) -> Iterator[tuple[str, bool]]:
    """The arguments of a line, each with whether it was quoted."""
    word, started, quoted, inside, signs = "", False, False, False, iter(line)
    for sign in signs:
        if inside and sign == "\\":
            following = next(signs, "")
            word += following if following in QUOTED_ESCAPES else sign + following
        elif sign == '"':
            inside, started, quoted = not inside, True, True
        elif sign in " \t" and not inside:
            if started:
                yield word, quoted
            word, started, quoted = "", False, False
        else:
            word, started = word + sign, True
    if inside:
        raise ValueError("a quote is not closed")
    if started:
        yield word, quoted


def _expanded(word: str, application: Application) -> list[str]:
    if word == "%i":
        return ["--icon", application.icon] if application.icon else []
    if len(word) == 2 and word[0] == "%" and word[1] in NOTHING:
        return []
    meanings = {"%": "%", "c": application.name, "k": application.file}

    def meaning(code: re.Match[str]) -> str:
        if code[1] in NOTHING:
            return ""
        if code[1] not in meanings:
            raise ValueError(f"it has the field code {code[0]}, which does not exist")
        return meanings[code[1]]

    return [CODE.sub(meaning, word)]
