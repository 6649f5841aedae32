"""Log lines of a long run, on stderr: for people or as JSON, never with a token in them."""

import json
import logging
import sys
import time
from typing import TYPE_CHECKING

from ..journal.redact import Secrets

if TYPE_CHECKING:
    from ..config import Config

_MARKS = {"WARNING": "warning: ", "ERROR": "error: ", "CRITICAL": "error: "}


def start(config: "Config") -> None:
    """Write what the settings want to stderr from now on."""
    tokens = [link.token for link in config.links]
    tokens += [config.listen.token] if config.listen is not None else []
    secrets = Secrets(token.get_secret_value() for token in tokens if token is not None)
    lines = logging.StreamHandler(sys.stderr)
    lines.setFormatter(Lines(secrets, as_json=config.log.format == "json"))
    logging.basicConfig(level=config.log.level.upper(), handlers=[lines], force=True)


class Lines(logging.Formatter):
    """
    One record, one line.

    Args:
        secrets: Masked wherever they stand, in tracebacks too.
        as_json: ``{"time", "level", "logger", "text"}`` instead of words; time in UTC.

    """

    def __init__(self, secrets: Secrets, *, as_json: bool) -> None:
        super().__init__()
        self._secrets = secrets
        self._as_json = as_json

    def format(self, record: logging.LogRecord) -> str:
        text = record.getMessage()
        if record.exc_info:
            text = f"{text}\n{self.formatException(record.exc_info)}"
        text = self._secrets.mask(text)
        moment = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created))
        stamp = f"{moment}.{int(record.msecs):03d}Z"
        if not self._as_json:
            return f"{stamp} {_MARKS.get(record.levelname, '')}{text}"
        line = {"time": stamp, "level": record.levelname.lower(), "logger": record.name}
        return json.dumps({**line, "text": text}, ensure_ascii=False)
