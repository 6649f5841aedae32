"""`device-agent doctor`: look for what could keep the agent from working."""

from argparse import ArgumentParser, Namespace

from . import settings
from .exits import Exit
from .findings import Finding, Level
from .output import Output


def add_arguments(parser: ArgumentParser) -> None:
    """Say what it takes."""
    settings.add_settings(parser, peers=True)


def run(args: Namespace, out: Output) -> int:
    """Check everything, whatever fails; then say what was found, and what to do."""
    from .checks import all_findings

    found = all_findings(args)
    out.result(
        [
            {"check": one.check, "level": one.level.value, "text": one.text, "try": one.remedy}
            for one in found
        ],
        "\n".join(_line(one) for one in found if not (out.quiet and one.level is Level.OK)),
    )
    return _exit(found)


def _line(one: Finding) -> str:
    first = f"{one.level.value:<5} {one.check:<11} {one.text}"
    return f"{first}\n{'':<18} try: {one.remedy}" if one.remedy else first


def _exit(found: list[Finding]) -> int:
    failed = [one for one in found if one.level is Level.FAIL]
    if not failed:
        return Exit.DONE
    return max((one.code for one in failed), key=_PRECEDENCE.index)


# A broken file hides the rest; then what is wrong here, then what is wrong elsewhere.
_PRECEDENCE = (Exit.NOT_REACHABLE, Exit.TASK_FAILED, Exit.USAGE)
