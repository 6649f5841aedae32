"""
The command ``device-sim``: devices that are not there, for a hub that is.

Exit codes: 0 done, 1 not every device got in, 2 usage, 3 the hub was not reachable.
"""

import argparse
import asyncio
import contextlib
import json
import logging
import os
import signal
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from enum import IntEnum
from pathlib import Path

from pydantic import SecretStr

from device_agent.errors import ConfigError, LinkRefused
from device_agent.links.dial import DialTarget
from device_agent.links.urls import check_url, masked

from .fleet import Census, Fleet, FleetPlan, make_room
from .profiles import PROFILES, parse_mix, usual_mix

DEFAULT_HUB = "ws://127.0.0.1:8765/ws"
TOKEN_VARIABLE = "DEVICE_SIM_TOKEN"  # noqa: S105 -- the name of a variable
PROGRESS_EVERY_S = 0.2
LONGEST_TOKEN = 8192


class Exit(IntEnum):
    """What a script may rely on."""

    DONE = 0
    INCOMPLETE = 1
    USAGE = 2
    NOT_REACHABLE = 3


@dataclass(frozen=True, slots=True)
class Out:
    """What is said, and how: results on stdout, remarks and progress on stderr."""

    is_json: bool
    is_quiet: bool

    def tell(self, event: str, text: str, facts: dict[str, object]) -> None:
        """Say what has come about."""
        if self.is_json:
            print(json.dumps({"event": event, **facts}), flush=True)
        elif not self.is_quiet:
            print(text, flush=True)

    def progress(self, text: str) -> None:
        """Rewrite the one line of progress; only on a terminal."""
        if not self.is_json and not self.is_quiet and sys.stderr.isatty():
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)

    def error(self, text: str, code: Exit) -> Exit:
        """Say why the command ends; gives its exit code."""
        facts = {"error": text, "exit_code": int(code)}
        line = json.dumps(facts) if self.is_json else f"device-sim: {text}"
        print(line, file=sys.stderr, flush=True)
        return code


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; gives its exit code."""
    args = _parser().parse_args(argv)
    out = Out(args.json, args.quiet)
    logging.basicConfig(
        level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s", force=True
    )
    for name in ("simulator", "device_agent"):
        logging.getLogger(name).setLevel(logging.DEBUG if args.verbose else logging.WARNING)
    try:
        return asyncio.run(_run(_plan(args), args.duration, out))
    except (ConfigError, LinkRefused, ExceptionGroup) as error:
        cause = _first(error)
        match cause:
            case ConfigError():
                return out.error(str(cause), Exit.USAGE)
            case LinkRefused():
                return out.error(str(cause), Exit.NOT_REACHABLE)
            case _:
                raise


def _first(error: Exception) -> Exception:
    """What ended the task groups around it."""
    while isinstance(error, ExceptionGroup):
        error = error.exceptions[0]
    return error


def _plan(args: argparse.Namespace) -> FleetPlan:
    check_url(args.hub, insecure=args.insecure)
    make_room(args.devices)
    return FleetPlan(
        target=DialTarget(args.hub, _token(args.token_file), insecure=args.insecure),
        devices=args.devices,
        mix=parse_mix(args.profile) if args.profile else usual_mix(),
        seed=args.seed,
    )


async def _run(plan: FleetPlan, duration_s: float | None, out: Out) -> Exit:
    fleet = Fleet(plan, _wall_clock)
    loop = asyncio.get_running_loop()
    began_s = loop.time()
    _stop_on_signals(fleet)
    if duration_s is not None:
        loop.call_later(duration_s, fleet.stop)
    async with asyncio.TaskGroup() as group:
        telling = group.create_task(_tell(fleet, out, began_s))
        await fleet.run()
        telling.cancel()
    out.progress("")
    census, took_s = fleet.census, loop.time() - began_s
    out.tell("ended", _summary(census, took_s), {**asdict(census), "took_s": round(took_s, 3)})
    if census.ever == 0:
        reason = fleet.trouble or f"{masked(plan.target.url)} did not answer in time"
        return out.error(reason, Exit.NOT_REACHABLE)
    if census.ever < census.devices:
        missing = census.devices - census.ever
        last = f"; the last trouble: {fleet.trouble}" if fleet.trouble else ""
        return out.error(f"{missing} devices never got in{last}", Exit.INCOMPLETE)
    return Exit.DONE


async def _tell(fleet: Fleet, out: Out, began_s: float) -> None:
    """Say how far registering has come, then once that it is done."""
    where = masked(fleet.plan.target.url)
    while not fleet.complete.is_set():
        census = fleet.census
        trouble = f": {fleet.trouble}" if fleet.trouble else ""
        out.progress(f"{census.registered} of {census.devices} devices at {where}{trouble}")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(PROGRESS_EVERY_S):
                await fleet.complete.wait()
    out.progress("")
    census = fleet.census
    took_s = asyncio.get_running_loop().time() - began_s
    text = f"{census.ever} devices are registered at {where} (seed {fleet.plan.seed})"
    facts: dict[str, object] = {"devices": census.ever, "hub": where, "took_s": round(took_s, 3)}
    out.tell("registered", text, facts)


def _summary(census: Census, took_s: float) -> str:
    return (
        f"stopped after {took_s:.1f} s: {census.ever} of {census.devices} devices got in, "
        f"{census.links} links, {census.works} tasks and commands done"
    )


def _token(path: Path | None) -> SecretStr | None:
    if path is None:
        said = os.environ.get(TOKEN_VARIABLE)
        return SecretStr(said) if said else None
    try:
        with path.open("rb") as file:
            token = file.read(LONGEST_TOKEN).decode("latin-1").strip("\r\n")
    except OSError as problem:
        message = f"the token file cannot be read: {problem.strerror}"
        raise ConfigError(message, where=str(path), hint="the hub says where it is") from None
    return SecretStr(token)


def _wall_clock() -> str:
    return datetime.now(UTC).isoformat()  # noqa: TID251 -- the clock handed in


def _stop_on_signals(fleet: Fleet) -> None:
    loop = asyncio.get_running_loop()
    if sys.platform == "win32":
        for number in (signal.SIGINT, signal.SIGBREAK):
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(fleet.stop))
    else:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, fleet.stop)


def _parser() -> argparse.ArgumentParser:
    about = (__doc__ or "").strip()
    parser = argparse.ArgumentParser(
        prog="device-sim", description=about, formatter_class=argparse.RawTextHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    run = commands.add_parser("run", help="have devices at a hub until stopped")
    run.add_argument("--hub", metavar="URL", default=DEFAULT_HUB, help=f"default: {DEFAULT_HUB}")
    run.add_argument(
        "--token-file", type=Path, metavar="F", help=f"holds the hub's token; or {TOKEN_VARIABLE}"
    )
    run.add_argument("--devices", type=_count, default=10, metavar="N", help="how many (10)")
    known = ", ".join(PROFILES)
    run.add_argument(
        "--profile", metavar="P=SHARE,…", help=f"what kinds of machines, such as {known}"
    )
    run.add_argument("--seed", type=int, default=0, metavar="S", help="same seed, same fleet (0)")
    run.add_argument("--duration", type=_seconds, metavar="SECONDS", help="stop after this long")
    run.add_argument(
        "--insecure", action="store_true", help="let token and frames cross a network unencrypted"
    )
    run.add_argument("--json", action="store_true", help="one JSON object per line")
    run.add_argument("--quiet", action="store_true", help="say nothing but errors")
    run.add_argument("-v", "--verbose", action="store_true", help="log more, on stderr")
    return parser


def _count(text: str) -> int:
    if not text.isdigit() or not int(text):
        raise argparse.ArgumentTypeError(f"{text} is no number of devices")
    return int(text)


def _seconds(text: str) -> float:
    try:
        seconds = float(text)
    except ValueError:
        seconds = 0.0
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds")
    return seconds


if __name__ == "__main__":
    sys.exit(main())
