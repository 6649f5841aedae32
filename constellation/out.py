"""What the commands print: lines for people, or one JSON object per line for scripts."""

import json
import sys
from dataclasses import dataclass

from device_agent.protocol.messages import Json

from .exits import Exit


@dataclass(frozen=True, slots=True)
class Out:
    """
    Where a command's words go.

    Attributes:
        is_json: One object per line on stdout; errors too, on stderr.
        is_quiet: No remarks; what was asked for is printed all the same.

    """

    is_json: bool = False
    is_quiet: bool = False

    def tell(self, text: str, facts: dict[str, Json]) -> None:
        """Print what was asked for, as text or as the same in facts."""
        line = json.dumps(facts, ensure_ascii=False) if self.is_json else text
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()

    def remark(self, text: str) -> None:
        """Print what is good to know, on stderr."""
        if not self.is_quiet and not self.is_json:
            sys.stderr.write(f"{text}\n")
            sys.stderr.flush()

    def error(self, text: str, code: Exit) -> Exit:
        """Print why a command ends, on stderr; gives its exit code."""
        facts = {"error": text, "exit_code": int(code)}
        line = json.dumps(facts, ensure_ascii=False) if self.is_json else f"constellation: {text}"
        sys.stderr.write(f"{line}\n")
        sys.stderr.flush()
        return code
