"""Rules that allow more than they seem to."""

import re
from typing import Any

import pytest

from device_agent.policy.disguises import disguise, plain_names, spelled_out
from device_agent.policy.programs import ProgramRule

OPEN = r"[\s\S]*"


def _rule(program: str, *args: str, more: str | None = None, **rest: Any) -> ProgramRule:  # noqa: ANN401
    patterns = tuple(re.compile(text, re.ASCII) for text in args)
    most = len(patterns) + (8 if more else 0)
    rest = {"min_args": len(patterns), "max_args": most, **rest}
    compiled = None if more is None else re.compile(more, re.ASCII)
    return ProgramRule("shell.allow.0", program, patterns, compiled, **rest)


@pytest.mark.parametrize(
    "name",
    [
        "bash",
        "sh",
        "dash",
        "zsh",
        "fish",
        "busybox",
        "python",
        "python3",
        "python3.11",
        "perl5.36",
        "ruby3.1",
        "node",
        "lua5.4",
        "php8.2",
        "awk",
        "gawk",
        "mawk",
        "sed",
        "env",
        "xargs",
        "sudo",
        "su",
        "doas",
        "pkexec",
        "find",
        "tar",
        "git",
        "ssh",
        "scp",
        "sftp",
        "vim",
        "vi",
        "view",
        "nano",
        "emacs",
        "ed",
        "less",
        "more",
        "man",
        "docker",
        "podman",
        "kubectl",
        "systemd-run",
        "systemctl",
        "nohup",
        "timeout",
        "nice",
        "watch",
        "script",
        "make",
        "gcc-12",
        "gdb",
        "strace",
        "tmux",
        "screen",
        "crontab",
        "at",
        "apt-get",
        "dpkg",
        "pip3",
        "npm",
        "rsync",
        "zip",
        "sort",
        "tcpdump",
        "curl",
        "wget",
        "nmap",
        "mysql",
        "sqlite3",
        "psql",
        "ncat",
        "socat",
        "xterm",
        "dbus-launch",
        "flock",
        "setsid",
        "chroot",
        "unshare",
        "nsenter",
        "ld-linux-x86-64.so.2",
        "start-stop-daemon",
        "run-parts",
        "split",
        "dd",
        "tee",
        "xdg-open",
        "cmd.exe",
        "powershell.exe",
        "wscript.exe",
        "rundll32.exe",
        "mshta.exe",
    ],
)
def test_whatever_runs_other_programs_is_refused_with_open_arguments(name: str) -> None:
    found = disguise(_rule(f"/usr/bin/{name}", more=OPEN), [f"/usr/bin/{name}"])
    assert found is not None
    assert found.why
    assert found.instead


@pytest.mark.parametrize("name", ["bash", "python3", "env", "vim", "sudo", "xargs", "awk"])
def test_such_a_program_may_not_be_fed_either(name: str) -> None:
    rule = _rule(f"/bin/{name}", "fixed", stdin=True)
    assert disguise(rule, [rule.program]) is not None


@pytest.mark.parametrize(
    "rule",
    [
        _rule("/usr/bin/python3", r"/opt/reports/today\.py", more=OPEN),
        _rule("/bin/sh", "/opt/a.sh".replace(".", r"\."), r"\d+"),
        _rule("/usr/bin/sudo", "/usr/bin/id".replace(".", r"\.")),
        _rule("/usr/bin/env", "-i", "/usr/bin/date"),
        _rule("/usr/bin/git", "status|log|diff", "--oneline|--stat"),
        _rule("/usr/bin/git", "log", r"[A-Za-z0-9_][A-Za-z0-9_./]*"),
        _rule("/usr/bin/find", "/srv", "-name", r"[a-z*.]+"),
        _rule("/usr/bin/tar", "tf", r"/srv/[a-z]+\.tar"),
        _rule("/usr/bin/ls", more=OPEN),
        _rule("/usr/bin/uptime"),
        _rule("/usr/bin/sha256sum", more=r"/srv/.*"),
    ],
    ids=lambda rule: f"{rule.program} {' '.join(each.pattern for each in rule.args)}",
)
def test_arguments_that_leave_no_choice_are_fine(rule: ProgramRule) -> None:
    assert disguise(rule, [rule.program]) is None


@pytest.mark.parametrize(
    ("rule", "letting"),
    [
        (_rule("/usr/bin/git", ".*"), "args.0"),
        (_rule("/usr/bin/git", "status|config", "[a-z.]+"), "'config'"),
        (_rule("/usr/bin/git", "log", more=r"--\w+(=\S+)?"), "more"),
        (_rule("/usr/bin/find", r"/\S*", r"-\w+", ".*"), "-exec"),
        (_rule("/usr/bin/tar", "cf", more=r"\S+"), "more"),
        (_rule("/usr/bin/sort", "(?s).*"), "args.0"),
        (_rule("/usr/bin/python3", "-m", "[a-z]+"), "any command"),
        (_rule("/usr/bin/python3", r"script\.py", "[a-z]+"), "any command"),
        (_rule("/usr/bin/python3", r"/opt/.*\.py"), "any command"),
        (_rule("/bin/sh", "-c", "echo .*"), "any command"),
        (_rule("/usr/bin/env", "/usr/bin/git", "log", r"\S+"), "other programs"),
    ],
    ids=lambda each: each.program if isinstance(each, ProgramRule) else each,
)
def test_the_argument_that_lets_too_much_through_is_named(rule: ProgramRule, letting: str) -> None:
    found = disguise(rule, [rule.program])
    assert found is not None
    assert letting in found.why


def test_the_name_behind_a_link_counts_too() -> None:
    rule = _rule("/usr/local/bin/report", more=OPEN)
    assert disguise(rule, [rule.program]) is None
    assert disguise(rule, [rule.program, "/usr/bin/python3.11"]) is not None


def test_names_are_compared_without_directory_version_and_exe() -> None:
    assert plain_names("/usr/bin/python3.11") == ("python3.11", "python")
    assert plain_names(r"C:\Windows\System32\CMD.EXE") == ("cmd", "cmd")
    assert plain_names("/lib64/ld-linux-x86-64.so.2") == ("ld.so",)
    assert "sqlite3" in plain_names("/usr/bin/sqlite3")


@pytest.mark.parametrize(
    ("pattern", "texts"),
    [
        ("status|log", ("status", "log")),
        (r"/opt/a\.py", ("/opt/a.py",)),
        (r"\d", ()),
        ("a.c", ()),
        ("(a|b)", ()),
        ("a|", ()),
        ("(?i)a", ()),
        ("", ()),
    ],
)
def test_a_pattern_that_lists_its_texts_is_told_from_an_open_one(
    pattern: str, texts: tuple[str, ...]
) -> None:
    assert spelled_out(re.compile(pattern)) == texts
