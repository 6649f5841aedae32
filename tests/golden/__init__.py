"""Our own frames, one a file: what they are, what they are read as and how they are written."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

HERE = Path(__file__).parent
UPDATE = "UPDATE_GOLDEN" in os.environ
"""Set it to write down what the code does now; then read the difference before you keep it."""


@dataclass(frozen=True)
class Golden:
    """One file. ``<time>``, ``<task>``, ``<response>`` and ``<call>`` stand for any such text."""

    path: Path

    @property
    def name(self) -> str:
        return f"{self.path.parent.name}/{self.path.stem}"

    def read(self) -> dict[str, Any]:
        content: dict[str, Any] = json.loads(self.path.read_text(encoding="utf-8"))
        return content

    def expect(self, **found: object) -> None:
        """Compare with the file's fields of these names, or write them into it."""
        content = self.read()
        if UPDATE:
            text = json.dumps({**content, **found}, indent=2, ensure_ascii=self.is_refused)
            self.path.write_text(text + "\n", encoding="utf-8")
            return
        assert {name: content.get(name) for name in found} == found

    @property
    def is_refused(self) -> bool:
        return self.path.parent.name == "refused"


def golden(*folders: str) -> pytest.MarkDecorator:
    """Run a test once per golden file of these folders."""
    files = [Golden(path) for folder in folders for path in sorted((HERE / folder).glob("*.json"))]
    assert files
    return pytest.mark.parametrize("frame", files, ids=lambda file: file.name)


def texts(*folders: str) -> Iterator[str]:
    """Every golden frame of these folders as it would come over a link."""
    for folder in folders:
        for path in sorted((HERE / folder).glob("*.json")):
            content = Golden(path).read()
            yield content["text"] if "text" in content else json.dumps(content["frame"])
