"""Keeps what was typed and what is secret out of everything that is written down or shown."""

import hashlib
import json
import logging
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from urllib.parse import quote, quote_plus, urlsplit, urlunsplit

from .files import private_dir, write_private

MASK = "***"
SHORTEST_SECRET = 4
"""Shorter ones would mask half the alphabet, in characters."""

_KEY_BYTES = 32
_SUMMARY_CHARS = 200
_URL = re.compile(r"\b[A-Za-z][A-Za-z0-9+.-]*://[^\s\"'<>]+")
_WORDS = r"[\w-]*(?:token|secret|passw(?:or)?d|api[_-]?key|access[_-]?key)"
_VALUE = r"(?P<value>[^\s\"'&;|]+)"
_NAMED = re.compile(rf"(?i)(?P<name>\b{_WORDS}[\"']?\s*[=:]\s*[\"']?){_VALUE}")
_FLAG = re.compile(rf"(?i)(?P<name>(?<!\S)--?{_WORDS}\s+[\"']?){_VALUE}")
# Shorter words after these are prose: "basic settings", "bearer authentication".
_BEARER = re.compile(r"(?i)\b(?P<name>(?:bearer|basic)\s+)(?P<value>[\w.~+/=-]{16,})")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


class Redactor:
    """
    Writes calls down so that people see what was done, but not what was typed.

    Args:
        key: Makes the hashes worthless to whoever has only the journal.

    """

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def load(cls, state_dir: Path) -> "Redactor":
        """
        Use the key of a state directory; make one, for its owner alone, when there is none.

        Raises:
            OSError: It can neither be read nor made.

        """
        path = private_dir(state_dir) / "redact.key"
        if not path.exists() or path.stat().st_size != _KEY_BYTES:
            write_private(path, os.urandom(_KEY_BYTES))
        return cls(path.read_bytes())

    def typed(self, text: str) -> str:
        """Describe typed text by its length and a keyed hash: the same text, the same words."""
        digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=self._key)
        return f"<{len(text)} characters, {digest.hexdigest()[:8]}>"

    def call(self, tool: str, arguments: Mapping[str, object], typed: Iterable[str] = ()) -> str:
        """
        Describe a call in one line.

        Args:
            tool: Its name.
            arguments: As asked for. Commands are kept, with secrets in them masked.
            typed: Names of arguments that hold what a person would type.

        """
        hidden = frozenset(typed)
        words = [tool]
        for name, value in arguments.items():
            shown = self.typed(_text(value)) if name in hidden else mask_named(_text(value))
            words.append(f"{name}={shown}")
        return one_line(" ".join(words))


def one_line(text: str, longest: int = _SUMMARY_CHARS) -> str:
    """Make one short line without control characters, so that no terminal obeys it."""
    line = _CONTROL.sub(" ", text).strip()
    line = line.encode("utf-8", "replace").decode()
    return line if len(line) <= longest else line[: longest - 1] + "…"


def redact_url(url: str) -> str:
    """Mask the query, the fragment and the password of a URL; the rest stays readable."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return MASK
    user, at, host = parts.netloc.rpartition("@")
    netloc = f"{user.partition(':')[0]}:{MASK}@{host}" if at and ":" in user else parts.netloc
    query = MASK if parts.query else ""
    fragment = MASK if parts.fragment else ""
    return urlunsplit((parts.scheme, netloc, parts.path, query, fragment))


def mask_named(text: str) -> str:
    """Mask what looks like a secret by its name: URLs, ``token=``, ``--password x``, Bearer."""
    text = _URL.sub(lambda match: redact_url(match.group()), text)
    for pattern in (_BEARER, _FLAG, _NAMED):
        text = pattern.sub(lambda match: match["name"] + MASK, text)
    return text


class Secrets:
    """
    Exact secrets, in every spelling in which they turn up: plain, in URLs, in JSON.

    Args:
        secrets: Each of at least :data:`SHORTEST_SECRET` characters; shorter ones are ignored.

    """

    def __init__(self, secrets: Iterable[str]) -> None:
        spellings = {
            spelling
            for secret in secrets
            if len(secret) >= SHORTEST_SECRET
            for spelling in _spellings(secret)
        }
        # The longest first, so that no secret is left half visible behind a shorter one.
        self._spellings = sorted(spellings, key=len, reverse=True)
        self._pattern = re.compile("|".join(map(re.escape, self._spellings)) or r"(?!)")

    def mask(self, text: str) -> str:
        """Replace every secret."""
        return self._pattern.sub(MASK, text)

    def safe_length(self, text: str) -> int:
        """How much of *text* can be shown before more is known: no secret is cut there."""
        safe = len(text) - self._possible_beginning(text)
        for match in self._pattern.finditer(text):
            if match.start() < safe < match.end():
                return match.start()
        return safe

    def _possible_beginning(self, text: str) -> int:
        longest = len(self._spellings[0]) - 1 if self._spellings else 0
        for length in range(min(longest, len(text)), 0, -1):
            tail = text[-length:]
            if any(len(word) > length and word.startswith(tail) for word in self._spellings):
                return length
        return 0


class SecretStream:
    """Masks secrets in a text that comes in pieces, wherever it is cut."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets
        self._held = ""

    def feed(self, piece: str) -> str:
        """Take a piece; return what is safe to show. A possible beginning of a secret waits."""
        text = self._held + piece
        safe = self._secrets.safe_length(text)
        self._held = text[safe:]
        return self._secrets.mask(text[:safe])

    def end(self) -> str:
        """Return what was held back: no more is to come."""
        held, self._held = self._held, ""
        return self._secrets.mask(held)


class SecretFilter(logging.Filter):
    """
    Masks secrets in log records, also where the arguments, a URL or a traceback carry them.

    Add it to handlers: a filter on a logger does not see the records of the loggers below it.
    """

    def __init__(self, secrets: Iterable[str]) -> None:
        super().__init__()
        self._secrets = Secrets(secrets)

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = self._clean(record.getMessage())
        record.args = None
        if record.exc_info and not record.exc_text:
            record.exc_text = logging.Formatter().formatException(record.exc_info)
        if record.exc_text:
            record.exc_text = self._clean(record.exc_text)
        if record.stack_info:
            record.stack_info = self._clean(record.stack_info)
        return True

    def _clean(self, text: str) -> str:
        return mask_named(self._secrets.mask(text))


def _spellings(secret: str) -> set[str]:
    escaped = {json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1]}
    return {secret, quote(secret), quote(secret, safe=""), quote_plus(secret), *escaped}


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, default=str, ensure_ascii=False)
