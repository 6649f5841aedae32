"""
Programs that run other programs or write any file when their arguments ask for it. Pure.

Allowing one of them by name allows a shell. The list follows what GTFOBins and LOLBAS collect
(https://gtfobins.github.io, https://lolbas-project.github.io). It cannot be complete: a program
that is not on it is not thereby harmless.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .programs import ProgramRule

SHELLS = """ash bash busybox cmd csh dash elvish fish git-shell ksh mksh nu posh powershell pwsh
rbash rksh sh tcsh toybox xonsh yash zsh"""

INTERPRETERS = """bun cscript deno escript expect groovy guile irb jjs jrunscript julia lua luajit
mshta node nodejs osascript perl php pypy python pythonw racket rscript ruby tclsh wish wscript"""

WRAPPERS = """apt apt-get aptitude ant at awk batch bazel bconsole bpftrace bundle byobu c89 c99
cargo cc chroot choom cmake cobc composer cpan cpulimit crash crontab dbus-launch dbus-run-session
dc dialog distcc dmenu dmsetup dnf docker doas dotnet dpkg dvips easy_install ebuild ed emacs
emacsclient entr env ex expand facter fakeroot firejail flatpak flock forfiles fzf g++ gawk gcc gdb
gem genie gimp go gradle gtester hping3 i3-msg iftop ionice ispell java jed jdb joe journalctl
kubectl ld.so ldconfig less ln logsave logrotate loginctl ltrace lxc lxd lxterminal m4 mail make
man mawk micro minicom more mosh msbuild msiexec multitime mutt mvn mysql mtr nano nasm nawk ncat
nc neofetch netcat nice nmap nohup npm npx nsenter nvim octave openvpn pacman parallel pdb perf pg
pic pico pip pipx pkexec pkg pnpm podman poetry posh proot prlimit psql puppet regsvr32 rake
restic rpm rpmbuild rpmquery rsh rtorrent rundll32 run-mailcap run-parts runuser rview rvim scp
screen script scrot sed service setarch setlock setpriv setsid sftp sg slsh snap socat softlimit
sqlite3 ssh ssh-agent sshpass start-stop-daemon stdbuf strace su sudo sudoedit systemd-inhibit
systemd-nspawn systemd-run systemctl task taskset telnet time timedatectl timeout tmate tmux torify
torsocks tsc unshare uv uvx vagrant valgrind vi view vim vimdiff virsh visudo volatility w3m wall
watch wine wmic wsl x-terminal-emulator xargs xdotool xonsh xterm gnome-terminal konsole
yarn yum zathura zypper"""

OPTIONS: dict[str, tuple[str, ...]] = {
    "arp": ("-f",),
    "cp": ("-t", "--target-directory=/x"),
    "curl": ("-o", "-K", "--config", "--output", "file:///etc/passwd", "-T", "-d@/etc/passwd"),
    "date": ("-f", "--file=/x"),
    "dd": ("of=/x",),
    "diff": ("--to-file=/x",),
    "ffmpeg": ("-y", "file:/x"),
    "find": ("-exec", "-execdir", "-ok", "-okdir", "-delete", "-fprintf", "-fls", "-fprint"),
    "git": (
        *("-c", "-C", "--exec-path=/x", "--git-dir=/x", "--config-env=a=b", "-p", "--paginate"),
        *("--upload-pack=x", "--receive-pack=x", "--exec=x", "--output=/x", "--ext-diff"),
        *("--no-index", "--open-files-in-pager=x"),
    ),
    "install": ("-t",),
    "ip": ("-batch", "-force"),
    "jq": ("-f", "--from-file"),
    "mount": ("-o", "--bind"),
    "mv": ("-t",),
    "openssl": ("-engine", "-out"),
    "rsync": ("-e", "--rsh=x", "--rsync-path=x", "--daemon"),
    "sort": ("-o", "--compress-program=x", "--output=/x", "-T"),
    "split": ("--filter=x",),
    "tar": (
        *("-I", "--use-compress-program=x", "--to-command=x", "--checkpoint-action=exec=x"),
        *("--rsh-command=x", "-F", "--info-script=x", "--new-volume-script=x", "-P", "xPf"),
    ),
    "tcpdump": ("-z", "-w"),
    "tee": ("-a", "/etc/x"),
    "unzip": ("-d", "-p"),
    "wget": ("-O", "--use-askpass=x", "-e", "--execute=x", "-i", "--output-document=/x"),
    "xdg-open": ("/x", "file:///x"),
    "zip": ("-T", "-TT", "--unzip-command=x"),
}
"""Arguments by which the program runs something, or reads or writes where it should not."""

ORDERS: dict[str, tuple[str, ...]] = {
    "git": (
        *("config", "difftool", "mergetool", "bisect", "submodule", "filter-branch", "rebase"),
        *("clone", "daemon", "help", "hook", "alias", "x7q"),
    ),
    "ip": ("netns", "vrf", "x7q"),
    "openssl": ("engine", "s_client", "x7q"),
}
"""The same as the first word that is no option; what comes after one that is fixed is a name."""

UNFORESEEN = ("-x7Q", "--x7q", "--x7q=/x")
"""Options that nobody has thought of: a pattern that lets them in lets every option in."""

_SPECIAL = frozenset(".^$*+?{}[]()")


@dataclass(frozen=True, slots=True)
class Disguise:
    """
    Why a rule allows more than it seems to.

    Attributes:
        why: What its program can be made to do.
        instead: What to write instead.

    """

    why: str
    instead: str


def disguise(rule: ProgramRule, names: Iterable[str]) -> Disguise | None:
    """
    Find a shell behind a rule.

    Args:
        rule: The rule.
        names: What its program is called: the name in its path and, where that is a link, the name
            it leads to.

    """
    for name in dict.fromkeys(each for path in names for each in plain_names(path)):
        found = _behind(rule, name)
        if found is not None:
            return found
    return None


def plain_names(path: str) -> tuple[str, ...]:
    """A program's name without directory and ``.exe``, and without its version too."""
    name = path.replace("\\", "/").rpartition("/")[2].lower().removesuffix(".exe")
    if name.startswith(("ld-linux", "ld-musl", "ld.so")):
        return ("ld.so",)
    return name, re.sub(r"-?[0-9][0-9.]*[a-z]{0,2}$", "", name)


def spelled_out(pattern: re.Pattern[str]) -> tuple[str, ...]:
    """The texts that a pattern lists, divided by ``|``; none where it is open."""
    texts: list[str] = [""]
    escaped = False
    for character in pattern.pattern:
        if escaped:
            if character.isalnum():
                return ()
            texts[-1] += character
            escaped = False
        elif character == "\\":
            escaped = True
        elif character == "|":
            texts.append("")
        elif character in _SPECIAL:
            return ()
        else:
            texts[-1] += character
    return () if pattern.flags & re.IGNORECASE or "" in texts else tuple(texts)


def _behind(rule: ProgramRule, name: str) -> Disguise | None:
    if name in _INTERPRETING:
        return None if _runs_a_script(rule) else _interpreter(rule, name)
    if name in _RUNNING:
        return None if _is_spelled_out(rule) else _wrapper(name)
    if name in OPTIONS:
        return _with_options(rule, name)
    return None


def _interpreter(rule: ProgramRule, name: str) -> Disguise:
    return Disguise(
        f"{name} runs whatever it is given: this allows any command",
        "name one script by its absolute path as the first argument, say "
        f'program = "{rule.program}", args = ["/opt/reports/today\\\\.py", ...], without stdin',
    )


def _wrapper(name: str) -> Disguise:
    return Disguise(
        f"{name} can be made to run other programs: this allows any command",
        "spell every argument out, without patterns, `more` or stdin, or list the program that "
        f"{name} would run as a program of its own",
    )


def _with_options(rule: ProgramRule, name: str) -> Disguise | None:
    if rule.stdin and name in {"tar", "wget", "git", "find"}:
        return Disguise(f"{name} takes orders from what it reads", "leave stdin out")
    orders = ORDERS.get(name, ())
    for number, pattern in _patterns(rule):
        telling = (*OPTIONS[name], *orders)
        if spelled := spelled_out(pattern):
            bad = [text for text in spelled if text in telling]
            orders = orders if any(text.startswith("-") for text in spelled) else ()
        else:
            bad = [text for text in (*telling, *UNFORESEEN) if pattern.fullmatch(text)]
        if bad and not _is_spelled_out(rule):
            return Disguise(
                f"{number} lets {bad[0]!r} through, by which {name} runs other programs, or reads "
                "or writes files anywhere",
                'list the words that may stand there, say "status|log", and begin patterns for '
                "names with a character other than a minus, say [A-Za-z0-9_][A-Za-z0-9_./-]*",
            )
    return None


def _patterns(rule: ProgramRule) -> Iterable[tuple[str, re.Pattern[str]]]:
    for number, pattern in enumerate(rule.args):
        yield f"args.{number}", pattern
    if rule.more is not None:
        yield "more", rule.more


def _is_spelled_out(rule: ProgramRule) -> bool:
    return not rule.stdin and all(spelled_out(pattern) for _, pattern in _patterns(rule))


def _runs_a_script(rule: ProgramRule) -> bool:
    """Whether the first argument is a script: what follows belongs to the script then."""
    if _is_spelled_out(rule) and rule.args:
        return True
    scripts = spelled_out(rule.args[0]) if rule.args and rule.min_args > 0 else ()
    absolute = all(re.match(r"/|[A-Za-z]:[\\/]", script) for script in scripts)
    return bool(scripts) and absolute and not rule.stdin


_INTERPRETING = frozenset((INTERPRETERS + " " + SHELLS).split()) - {"busybox", "toybox", "cmd"}
_RUNNING = frozenset((WRAPPERS + " busybox toybox cmd").split())
