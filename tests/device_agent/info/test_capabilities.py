from pathlib import Path

import pytest

from device_agent.info.capabilities import capabilities
from device_agent.info.desktop import DesktopSession, DesktopState

ACTIVE = DesktopSession(DesktopState.ACTIVE, "x11")
NONE = DesktopSession(DesktopState.NO_SESSION, None, "nobody is logged in")


def test_a_desktop_means_a_screen_and_input() -> None:
    assert {"gui", "screenshot"} < set(capabilities(ACTIVE))
    assert not {"gui", "screenshot"} & set(capabilities(NONE))


def test_only_what_is_installed_is_told(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert capabilities(NONE) == ("cli", "file_system")
    for name in ("firefox", "soffice", "Xvfb"):
        program = tmp_path / name
        program.touch()
        program.chmod(0o755)
    assert capabilities(NONE) == ("cli", "file_system", "browser", "office", "virtual_display")


def test_reading_needs_a_desktop_and_a_reader(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert "ocr" not in capabilities(ACTIVE)
    program = tmp_path / "tesseract"
    program.touch()
    program.chmod(0o755)
    assert "ocr" in capabilities(ACTIVE)
    assert "ocr" not in capabilities(NONE)
