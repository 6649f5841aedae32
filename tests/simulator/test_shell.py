import pytest

from simulator import shell
from tests.simulator.support import machine


@pytest.mark.parametrize(
    ("command", "stdout", "code"),
    [
        ("echo hello  'wide  world'", "hello wide  world\n", 0),
        (["echo", "a b", "$HOME"], "a b $HOME\n", 0),
        ("hostname", "sim-0001\n", 0),
        ("whoami", "user\n", 0),
        ("pwd", "/home/user\n", 0),
        ("ls -la", "Desktop\nDocuments\nDownloads\n", 0),
        ("true", "", 0),
        ("false", "", 1),
        ("exit 3", "", 3),
        ("exit", "", 0),
        ("   ", "", 0),
    ],
)
def test_known_commands_answer(command: str | list[str], stdout: str, code: int) -> None:
    printed = shell.run(machine(), command)
    assert (printed.stdout, printed.exit_code) == (stdout, code)


def test_windows_answers_as_windows_does() -> None:
    windows = machine("windows-office")
    assert shell.run(windows, "whoami").stdout == "sim-0001\\user\n"
    assert shell.run(windows, "VER").stdout.startswith("Windows ")
    assert shell.run(windows, "pwd").stdout.startswith("C:\\")


def test_an_unknown_command_ends_as_posix_says() -> None:
    printed = shell.run(machine(), "frobnicate --all")
    assert printed.exit_code == 127
    assert "frobnicate: not found" in printed.stderr


def test_what_cannot_be_read_is_an_exit_code_not_an_error() -> None:
    assert shell.run(machine(), "echo 'open").exit_code == 2
    assert shell.run(machine(), "sleep soon").exit_code == 1


def test_sleep_takes_its_time() -> None:
    assert shell.run(machine(), "sleep 2.5").takes_s == 2.5
