"""Settings read in made-up surroundings."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Protocol

import pytest

from device_agent import config
from device_agent.config.surroundings import Surroundings


class Load(Protocol):
    """Reads a text as the settings' file."""

    def __call__(
        self,
        text: str | None = None,
        environ: Mapping[str, str] | None = None,
        hubs: Sequence[str] = (),
        flags: Sequence[config.Setting] = (),
    ) -> config.Loaded: ...


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


@pytest.fixture
def load(file: Path, tmp_path: Path) -> Load:
    def reads(
        text: str | None = None,
        environ: Mapping[str, str] | None = None,
        hubs: Sequence[str] = (),
        flags: Sequence[config.Setting] = (),
    ) -> config.Loaded:
        if text is not None:
            file.write_text(text, encoding="utf-8")
        around = Surroundings({"HOME": str(tmp_path), **(environ or {})}, "box", False, False)
        path = file if text is not None else None
        return config.load(flags, hubs=hubs, config_file=path, surroundings=around)

    return reads
