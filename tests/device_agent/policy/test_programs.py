"""Listed programs: what runs, what does not, and hundreds of ways to get more that get nothing."""

import itertools
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from device_agent.catalog import TOOLS, Tier, parse
from device_agent.catalog.grant import Grant
from device_agent.errors import Failure, ToolError
from device_agent.policy.load import read
from device_agent.policy.rules import Allow, Ask, Deny, Policy, decide, grant, offers
from device_agent.tools.shell import shell
from tests.device_agent.tools.benches import bench

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="programs of POSIX systems")

SHELL = TOOLS["shell"]
POLICY = r"""
tiers = ["observe", "shell"]

[files]
roots = ["ROOT"]

[shell]
mode = "argv"
env = ["LANG", "REPORT_DAY"]

[[shell.allow]]
program = "/usr/bin/git"
args = ["status|log|diff", "--oneline|--stat"]
min_args = 1

[[shell.allow]]
program = "/usr/bin/git"
args = ["show", "[0-9a-f]{7,40}"]

[[shell.allow]]
program = "/bin/ls"
args = ["-l|-a"]
more = '[A-Za-z0-9_][\w./ -]*'
min_args = 0
max_args = 3

[[shell.allow]]
program = "/usr/bin/find"
args = ['\.', "-name", '[a-z*.]+']

[[shell.allow]]
program = "/bin/cat"
stdin = true

[[shell.allow]]
program = "/bin/echo"
args = ['\w*']
"""


@pytest.fixture
def policy(tmp_path: Path) -> Policy:
    file = tmp_path / "policy.toml"
    (tmp_path / "root").mkdir()
    file.write_text(POLICY.replace("ROOT", str(tmp_path / "root")))
    return read(file)


def _verdict(policy: Policy, **arguments: Any) -> Allow | Deny | Ask:  # noqa: ANN401
    parsed = parse(SHELL, arguments)
    return decide(policy, SHELL, parsed.model_dump(exclude_unset=True))


@pytest.mark.parametrize(
    "command",
    [
        ["/usr/bin/git", "status"],
        ["/usr/bin/git", "log", "--oneline"],
        ["/usr/bin/git", "show", "deadbeef"],
        ["/bin/ls"],
        ["/bin/ls", "-l", "some dir/file-1"],
        ["/usr/bin/find", ".", "-name", "*.py"],
        ["/bin/echo", "hello"],
    ],
)
def test_what_is_listed_runs(policy: Policy, command: list[str]) -> None:
    assert _verdict(policy, command=command) == Allow()
    assert _verdict(policy, command=command, env={"LANG": "C"}, timeout_s=5.0) == Allow()


@pytest.mark.parametrize(
    ("arguments", "rule", "why"),
    [
        ({"command": "git status"}, "shell.mode", "send a list, program first"),
        ({"command": ["git", "status"]}, "shell.allow", "whole path here: /usr/bin/git"),
        ({"command": ["/usr/bin/id"]}, "shell.allow", "not listed"),
        ({"command": ["/usr/bin/git"]}, "shell.allow.0", "takes 1 to 2 arguments, not 0"),
        ({"command": ["/bin/echo", "a", "b"]}, "shell.allow.5", "takes 1 arguments, not 2"),
        ({"command": ["/usr/bin/git", "push"]}, "shell.allow.0", "argument 1 matches no pattern"),
        ({"command": ["/bin/echo", "a" * 5000]}, "shell.allow.5", "longer than 4096"),
        ({"command": ["/bin/ls"], "env": {"PATH": "/x"}}, "shell.env", "'PATH' may not be set"),
        ({"command": ["/bin/ls"], "stdin": "x"}, "shell.allow.2.stdin", "nothing may be sent"),
    ],
)
def test_every_refusal_names_its_rule(
    policy: Policy, arguments: dict[str, Any], rule: str, why: str
) -> None:
    verdict = _verdict(policy, **arguments)
    assert isinstance(verdict, Deny)
    assert verdict.rule == rule
    assert why in verdict.reason
    assert f"(rule `{rule}` in {policy.source})" in verdict.reason


LINES = r"""
id
rm -rf {m}
touch {m}
git status; touch {m}
git status && touch {m}
git status || touch {m}
git status | tee {m}
git status & touch {m}
$(touch {m})
`touch {m}`
git log > {m}
git log >> {m}
LANG=C touch {m}
PATH=/tmp touch {m}
env touch {m}
sudo touch {m}
bash -c 'touch {m}'
sh {m}
python3 -c "open('{m}','w')"
perl -e 'open(F,">{m}")'
find . -exec touch {m} +
find . -delete
xargs touch {m}
eval touch {m}
exec touch {m}
. {m}
source {m}
(touch {m})
{ touch {m}; }
!touch {m}
cat <<< x > {m}
tee {m} < /dev/null
awk 'BEGIN{system("touch {m}")}'
vim -c ':!touch {m}'
tar cf {m} .
dd of={m}
cp /etc/passwd {m}
ln -s / {m}
nohup touch {m}
timeout 1 touch {m}
ls
""".strip().splitlines()
APPENDED = [
    *(";touch {m}", "; touch {m}", "&& touch {m}", "|| touch {m}", "| tee {m}", "& touch {m}"),
    *("\ntouch {m}", "\r\ntouch {m}", "\x0btouch {m}", "\u2028touch {m}", "\u00a0touch {m}"),
    *("$(touch {m})", "`touch {m}`", "${IFS}touch${IFS}{m}", "> {m}", ">> {m}", "<(touch {m})"),
    *("\u3000; touch {m}", "\uff1btouch {m}", "\x00touch {m}", "'; touch {m}; '", '"; touch {m}"'),
    *("--output={m}", "--ext-diff", "-c core.pager=touch", "--exec=touch {m}", "-o{m}"),
]
OPTIONS = [
    ["-c", "alias.x=!touch {m}", "x"],
    ["-c", "core.pager=touch {m}", "log"],
    ["-c", "core.fsmonitor=touch {m}", "status"],
    ["--exec-path={d}", "status"],
    ["--paginate", "log"],
    ["-C", "{d}", "status"],
    ["log", "--output={m}"],
    ["diff", "--no-index", "/etc/passwd"],
    ["show", "--ext-diff"],
    ["show", "deadbeef", "--output={m}"],
    ["show", "DEADBEEF"],
    ["clone", "ext::sh -c touch% {m}"],
    ["difftool", "-x", "touch {m}"],
    ["bisect", "run", "touch", "{m}"],
    ["status\n"],
    ["status\nlog"],
    ["\u200bstatus"],
    ["\uff53tatus"],
    ["status", "--oneline", "--stat"],
]
FINDS = [
    [".", "-delete"],
    [".", "-exec", "touch", "{m}", ";"],
    [".", "-execdir", "touch", "{m}", ";"],
    [".", "-ok", "touch", "{m}"],
    [".", "-fprintf", "{m}", "x"],
    [".", "-fls", "{m}"],
    ["/", "-name", "a"],
    [".", "-name", "a", "-delete"],
    [".", "-name", "-delete"],
    [".", "-regex", "a"],
]
PROGRAMS = [
    "bash",
    "sh",
    "dash",
    "zsh",
    "busybox",
    "python3",
    "perl",
    "ruby",
    "node",
    "php",
    "lua",
    "awk",
    "sed",
    "env",
    "xargs",
    "sudo",
    "su",
    "find",
    "tar",
    "ssh",
    "vim",
    "less",
    "man",
    "docker",
    "podman",
    "systemd-run",
    "nohup",
    "timeout",
    "nice",
    "watch",
    "script",
    "make",
    "gcc",
    "gdb",
    "strace",
    "screen",
    "tmux",
    "crontab",
    "at",
    "tee",
    "cp",
    "mv",
    "ln",
    "dd",
    "install",
    "curl",
    "wget",
    "nc",
    "socat",
    "chmod",
    "chown",
    "kill",
    "id",
]
PLACES = ["", "/bin/", "/usr/bin/", "./", "../../bin/", "/usr/bin/../bin/", "//bin/", "/BIN/"]
VARIABLES = [
    "PATH",
    "LD_PRELOAD",
    "LD_LIBRARY_PATH",
    "BASH_ENV",
    "ENV",
    "IFS",
    "GIT_PAGER",
    "GIT_SSH_COMMAND",
    "GIT_DIR",
    "GIT_EXTERNAL_DIFF",
    "GIT_CONFIG_COUNT",
    "PAGER",
    "EDITOR",
    "VISUAL",
    "PYTHONPATH",
    "PERL5OPT",
    "SHELL",
    "HOME",
    "lang",
    "Langİ",
    "GCONV_PATH",
    "LESSOPEN",
    "NODE_OPTIONS",
]
NAMES = [
    *("/usr/bin/git ", " /usr/bin/git", "/usr/bin//git", "/usr/bin/./git", "/usr/bin/git\n"),
    *("/usr/bin/git\u00a0", "/usr/bin/GIT", "/usr/bin/git/", "git", "/usr/bin/gi\u0074\u0301"),
    *("/usr/bin/git status", "/usr/bin/git;id", "", " ", "\n", "-c", "~/bin/git", "$(which git)"),
]


def _attempts(mark: str, place: str) -> Iterator[dict[str, Any]]:
    def put(text: str) -> str:
        return text.replace("{m}", mark).replace("{d}", place)

    for line in LINES:
        yield {"command": put(line)}
        yield {"command": [put(line)]}
    for end in APPENDED:
        yield {"command": put(f"/usr/bin/git status{end}")}
        for program in ("/usr/bin/git", "/bin/echo", "/usr/bin/find"):
            yield {"command": [program, put(f"status{end}")]}
        yield {"command": ["/usr/bin/git", "status", put(end)]}
    for words in OPTIONS:
        yield {"command": ["/usr/bin/git", *map(put, words)]}
    for words in FINDS:
        yield {"command": ["/usr/bin/find", *map(put, words)]}
    for program, where in itertools.product(PROGRAMS, PLACES):
        yield {"command": [f"{where}{program}", "-c", f"touch {mark}"]}
    for name in NAMES:
        yield {"command": [name or "\t", "status"]}
    for variable in VARIABLES:
        yield {"command": ["/usr/bin/git", "status"], "env": {variable: mark}}
    for program in ("/usr/bin/git", "/bin/ls"):
        words: Sequence[str] = ["status"] if program.endswith("git") else []
        yield {"command": [program, *words], "stdin": f"touch {mark}\n"}
    for name in (
        "-R",
        "--color",
        "-la",
        "/etc",
        "../..",
        "~",
        "a;b",
        "a\nb",
        "caf\u00e9",
        "\u0661",
    ):
        yield {"command": ["/bin/ls", "-l", name + "\x00" if name == "../.." else name]}


def test_no_attempt_to_get_more_runs_anything(policy: Policy, tmp_path: Path) -> None:
    mark = tmp_path / "root" / "ran"
    attempts = list(_attempts(str(mark), str(tmp_path)))
    assert len(attempts) >= 300
    ran = [attempt for attempt in attempts if _run_if_allowed(policy, attempt, mark)]
    assert ran == []
    assert list((tmp_path / "root").iterdir()) == []


def _run_if_allowed(policy: Policy, attempt: dict[str, Any], mark: Path) -> bool:
    if isinstance(_verdict(policy, **attempt), Allow):
        return True
    # Behind the policy stands the desktop process: it never gives a line to a shell there.
    if isinstance(attempt["command"], str):
        own = replace(bench(), grant=grant(policy, "hub"))
        with pytest.raises(ToolError) as caught:
            shell(parse(SHELL, attempt), own)  # type: ignore[arg-type]
        assert caught.value.failure is Failure.DENIED
    return mark.exists()


def test_a_listed_program_gets_a_plain_environment_and_a_directory_inside_the_roots(
    policy: Policy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LD_PRELOAD", "")
    monkeypatch.setenv("GIT_PAGER", "touch x")
    monkeypatch.setenv("PATH", "/nowhere")
    own = replace(bench(), grant=grant(policy, "hub"))
    result = shell(parse(SHELL, {"command": ["/usr/bin/env"], "env": {"LANG": "C"}}), own)  # type: ignore[arg-type,]
    names = {line.partition("=")[0] for line in result.stdout.splitlines()}
    assert not names & {"LD_PRELOAD", "GIT_PAGER"}
    assert "PATH=/usr/local/bin:/usr/bin:/bin" in result.stdout
    where = shell(parse(SHELL, {"command": ["/bin/pwd"]}), own)  # type: ignore[arg-type]
    assert where.stdout.strip() == str((tmp_path / "root").resolve())


@pytest.mark.parametrize("cwd", ["/", "/etc", "..", "ROOT/..", "ROOT/out"])
def test_a_listed_program_runs_nowhere_else(policy: Policy, tmp_path: Path, cwd: str) -> None:
    (tmp_path / "root" / "out").symlink_to("/etc")
    own = replace(bench(), grant=grant(policy, "hub"))
    place = cwd.replace("ROOT", str(tmp_path / "root"))
    with pytest.raises(ToolError, match=r"rule `files\.roots`") as caught:
        shell(parse(SHELL, {"command": ["/bin/pwd"], "cwd": place}), own)  # type: ignore[arg-type]
    assert caught.value.failure is Failure.DENIED


def test_a_grant_for_listed_programs_stands_for_no_other_program(policy: Policy) -> None:
    given = grant(policy, "hub")
    assert given.listed
    assert given.tiers == {Tier.OBSERVE}
    assert Grant.of_json(given.as_json()) == given


def test_terminals_and_whatever_else_runs_programs_are_refused(policy: Policy) -> None:
    for name, tool in TOOLS.items():
        if tool.tier is not Tier.SHELL or tool is SHELL:
            continue
        verdict = decide(policy, tool, {"terminal_id": "terminal-1"})
        assert isinstance(verdict, Deny), name
        assert verdict.rule == "shell.mode"
        assert not offers(policy, tool)
    assert offers(policy, SHELL)


def test_off_means_nothing(tmp_path: Path) -> None:
    file = tmp_path / "off.toml"
    file.write_text('tiers = ["shell"]\nshell = "off"\n[tools]\nallow = ["shell"]\n')
    off = read(file)
    verdict = decide(off, SHELL, {"command": ["/bin/ls"]})
    assert isinstance(verdict, Deny)
    assert "the mode is off" in verdict.reason
    assert not offers(off, SHELL)
    assert grant(off, "hub").tiers == frozenset()


def test_full_and_no_table_at_all_mean_any_command(tmp_path: Path) -> None:
    for text in ('tiers = ["shell"]\n', 'tiers = ["shell"]\n[shell]\nmode = "full"\n'):
        file = tmp_path / "full.toml"
        file.write_text(text)
        assert decide(read(file), SHELL, {"command": "id; id"}) == Allow()
