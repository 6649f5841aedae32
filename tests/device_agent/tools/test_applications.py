"""Starting real programs by their desktop entries."""

import os
import stat
from pathlib import Path

import psutil
import pytest

from device_agent.catalog.applications import (
    LaunchArguments,
    ListApplicationsArguments,
    OpenArguments,
)
from device_agent.errors import Failure, ToolError
from device_agent.tools import applications
from device_agent.tools.applications import launch_application, list_applications
from tests.device_agent.tools.conftest import Desk
from tests.x11 import wait_until

TK = "import tkinter; root = tkinter.Tk(className='Launched'); root.title('launched'); {}"
STAYS = TK.format("root.mainloop()")
# Starts the window in a process of its own, in a session of its own, and ends.
NO_MARK = "dict(DISPLAY=os.environ['DISPLAY'])"
HANDS_OVER = (
    "import os, subprocess, sys; subprocess.Popen([sys.executable, '-c', "
    f'"""{STAYS}"""], start_new_session=True, env=os.environ)'
)


@pytest.fixture
def entries(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    monkeypatch.setenv("XDG_DATA_DIRS", str(tmp_path / "nothing"))
    folder = tmp_path / "data/applications"
    folder.mkdir(parents=True)
    return folder


def write(folder: Path, name: str, program: str, *lines: str) -> None:
    """An entry that has the system's Python run *program*."""
    script = folder / f"{name}.py"
    script.write_text(program, encoding="utf-8")
    content = ["[Desktop Entry]", "Type=Application", f"Name={name}", "Categories=Test;", *lines]
    content.append(f'Exec=/usr/bin/python3 "{script}" %U')
    (folder / f"{name}.desktop").write_text("\n".join(content), encoding="utf-8")


def started(pid: int | None) -> psutil.Process:
    assert pid is not None
    return psutil.Process(pid)


def end(process: psutil.Process, desk: Desk) -> None:
    process.kill()
    wait_until(lambda: _reaped(process, desk), "it is reaped")


def _reaped(process: psutil.Process, desk: Desk) -> bool:
    desk.bench.children.reap()
    return not process.is_running()


def test_applications_are_listed_by_name_and_category(desk: Desk, entries: Path) -> None:
    write(entries, "beta", STAYS)
    write(entries, "Alpha", STAYS)
    write(entries, "secret", STAYS, "NoDisplay=true")

    def names(**arguments: str) -> list[str]:
        wanted = ListApplicationsArguments(**arguments)
        return [each.name for each in list_applications(wanted, desk.bench).applications]

    assert names() == ["Alpha", "beta"]
    assert names(name="ALPH") == ["Alpha"]
    assert names(category="Other") == []
    assert names(category="Test") == ["Alpha", "beta"]


def test_an_application_is_started_and_stays(desk: Desk, entries: Path) -> None:
    write(entries, "stays", STAYS)
    launched = launch_application(LaunchArguments(application="Stays"), desk.bench)
    assert launched.application_id == "stays.desktop"
    assert launched.exit_code is None
    assert launched.window is not None
    assert launched.window.title == "launched"
    assert launched.window.pid == launched.pid
    process = started(launched.pid)
    # It lives in a session of its own and can be told from other calls' processes.
    assert os.getsid(process.pid) == process.pid
    assert process.environ()[desk.bench.mark.variable] == desk.bench.mark.value
    end(process, desk)


def test_one_that_hands_over_to_another_process_has_its_window_found(
    desk: Desk, entries: Path
) -> None:
    write(entries, "handing", HANDS_OVER)
    launched = launch_application(LaunchArguments(application="handing.desktop"), desk.bench)
    assert launched.window is not None
    assert launched.window.title == "launched"
    assert launched.window.pid != launched.pid
    started(launched.window.pid).kill()


def test_a_window_of_a_known_class_counts_whosever_process_it_is(desk: Desk, entries: Path) -> None:
    # The window's process empties its environment and is nobody's child: only its class tells.
    hidden = HANDS_OVER.replace("env=os.environ", f"env={NO_MARK}")
    write(entries, "classy", hidden, "StartupWMClass=launched")
    launched = launch_application(LaunchArguments(application="classy"), desk.bench)
    assert launched.window is not None
    started(launched.window.pid).kill()


def test_one_that_shows_no_window_is_told_to_run_without(desk: Desk, entries: Path) -> None:
    write(entries, "quiet", "import time; time.sleep(60)")
    launched = launch_application(LaunchArguments(application="quiet", wait_s=0.3), desk.bench)
    assert (launched.window, launched.exit_code) == (None, None)
    end(started(launched.pid), desk)


def test_one_that_fails_is_no_success_and_not_waited_for(desk: Desk, entries: Path) -> None:
    write(entries, "failing", "raise SystemExit(3)")
    with pytest.raises(ToolError, match="exit code 3") as error:
        launch_application(LaunchArguments(application="failing", wait_s=60), desk.bench)
    assert error.value.failure is Failure.FAILED


def test_a_name_that_nothing_or_several_have_is_refused_without_telling_others(
    desk: Desk, entries: Path
) -> None:
    write(entries, "one", STAYS, "GenericName=Editor")
    write(entries, "two", STAYS, "GenericName=Editor")
    with pytest.raises(ToolError, match=r"one\.desktop, two\.desktop") as several:
        launch_application(LaunchArguments(application="editor"), desk.bench)
    assert several.value.failure is Failure.BAD_ARGUMENTS
    with pytest.raises(ToolError, match="no application here") as none:
        launch_application(LaunchArguments(application="on"), desk.bench)
    assert none.value.failure is Failure.BAD_ARGUMENTS
    assert "one" not in none.value.detail.replace("'on'", "")


def test_a_program_that_is_missing_and_a_broken_entry_say_so(desk: Desk, entries: Path) -> None:
    head = "[Desktop Entry]\nType=Application\n"
    (entries / "gone.desktop").write_text(f"{head}Name=gone\nExec=/no/such/program\n")
    (entries / "broken.desktop").write_text(f'{head}Name=broken\nExec=edit "a\n')
    with pytest.raises(ToolError, match="cannot be started") as gone:
        launch_application(LaunchArguments(application="gone"), desk.bench)
    assert gone.value.failure is Failure.FAILED
    with pytest.raises(ToolError, match="not closed") as broken:
        launch_application(LaunchArguments(application="broken"), desk.bench)
    assert broken.value.failure is Failure.UNAVAILABLE


def test_one_that_needs_a_terminal_gets_one(desk: Desk, entries: Path) -> None:
    write(entries, "texty", "import time; time.sleep(60)", "Terminal=true")
    launched = launch_application(LaunchArguments(application="texty"), desk.bench)
    assert launched.window is not None
    assert launched.window.app in {"XTerm", "UXTerm"}
    end(started(launched.pid), desk)


def opener(folder: Path, program: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """A stand-in for the desktop's opener, which knows no program for anything here."""
    folder.mkdir()
    script = folder / "xdg-open"
    script.write_text(f"#!/usr/bin/python3\nimport sys\n{program}\n", encoding="utf-8")
    script.chmod(script.stat().st_mode | stat.S_IXUSR)
    monkeypatch.setenv("PATH", f"{folder}:{os.environ['PATH']}")


def test_a_file_is_opened_by_the_desktop(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = TK.format("root.title(sys.argv[1]); root.mainloop()")
    opener(tmp_path / "bin", shown, monkeypatch)
    notes = tmp_path / "my notes;.txt"
    notes.touch()
    opened = applications.open(OpenArguments(target=str(notes)), desk.bench)
    assert opened.opener == "xdg-open"
    assert opened.window is not None
    assert opened.window.title in {str(notes), "launched"}
    end(started(opened.pid), desk)


def test_an_address_that_nothing_opens_is_no_success(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opener(tmp_path / "bin", "raise SystemExit(4)", monkeypatch)
    with pytest.raises(ToolError, match="exit code 4"):
        applications.open(OpenArguments(target="https://example.org/a?b"), desk.bench)


@pytest.mark.parametrize("target", ["notes.txt", "/no/such/file", "-h", "https: //x"])
def test_what_is_no_target_is_refused(desk: Desk, target: str) -> None:
    with pytest.raises(ToolError) as error:
        applications.open(OpenArguments(target=target), desk.bench)
    assert error.value.failure is Failure.BAD_ARGUMENTS


def test_without_an_opener_it_is_unavailable(
    desk: Desk, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolError, match="xdg-utils") as error:
        applications.open(OpenArguments(target=str(tmp_path)), desk.bench)
    assert error.value.failure is Failure.UNAVAILABLE
