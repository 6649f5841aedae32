"""
The command ``constellation``: a hub, and what can be done with one from a shell.

Exit codes: 0 done, 1 a task failed, 2 usage, 3 not reachable, 4 timed out, 5 refused by policy.
"""

import argparse
import asyncio
import logging
import os
import signal
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from device_agent.errors import ConfigError, LinkClosed, LinkRefused

from .exits import Exit
from .hub.server import DEFAULT_PORT, HubSettings, running_hub
from .jobs import At, run_words, show_list, show_one, take_screenshot
from .out import Out
from .places import DEFAULT_HUB, HUB_VARIABLE, client_token, hub_token, is_open_to_others

TASK_WITHIN_S = 600.0


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command; gives its exit code."""
    args = _parser().parse_args(argv)
    out = Out(is_json=args.json, is_quiet=args.quiet)
    _log_to_stderr(args)
    try:
        return asyncio.run(_hub(args, out) if args.command == "hub" else _job(args, out))
    except ConfigError as error:
        return out.error(str(error), Exit.USAGE)
    except LinkRefused as error:
        return out.error(str(error), Exit.NOT_REACHABLE)
    except LinkClosed as error:
        remedy = "look whether it still runs; what a device had begun, it finishes"
        return out.error(f"the link to the hub was lost: {error}; {remedy}", Exit.NOT_REACHABLE)
    except TimeoutError:
        return out.error("no outcome in time; allow more with --timeout", Exit.TIMED_OUT)
    except KeyboardInterrupt:
        return out.error("stopped", Exit.TASK_FAILED)


async def _hub(args: argparse.Namespace, out: Out) -> Exit:
    token = hub_token(args.token_file, os.environ)
    made = "new token in" if token.is_new else "token in"
    out.remark(f"{made} {token.origin}")
    if is_open_to_others(token):
        out.remark(f"every user of this machine can read it; try chmod 600 {token.origin}")
    settings = HubSettings(
        token=token.value,
        host=args.host,
        port=args.port,
        names=tuple(args.name),
        insecure=args.insecure,
    )
    stop = asyncio.Event()
    _stop_on_signals(stop)
    async with running_hub(settings, _wall_clock) as hub:
        facts = {"listening": hub.url, "port": hub.port, "token_file": token.origin}
        out.tell(f"listening on {hub.url}", facts)
        await stop.wait()
    return Exit.DONE


async def _job(args: argparse.Namespace, out: Out) -> Exit:
    at = At(
        hub=args.hub or os.environ.get(HUB_VARIABLE) or DEFAULT_HUB,
        token=client_token(args.token_file, os.environ).value,
        insecure=args.insecure,
        timeout_s=args.timeout or TASK_WITHIN_S,
        wall_clock=_wall_clock,
    )
    if args.command == "run":
        return await run_words(at, out, args.words, args.device, args.on, parallel=args.parallel)
    match args.action:
        case "show":
            return await show_one(at, out, args.device_id)
        case "screenshot":
            return await take_screenshot(at, out, args.device_id, args.output)
        case _:
            return await show_list(at, out)


def _wall_clock() -> str:
    return datetime.now(UTC).isoformat()  # noqa: TID251 -- the clock handed in


def _stop_on_signals(stop: asyncio.Event) -> None:
    loop = asyncio.get_running_loop()
    if sys.platform == "win32":
        # Ctrl-C and Ctrl-Break; there the loop itself takes no signals.
        for number in (signal.SIGINT, signal.SIGBREAK):
            signal.signal(number, lambda *_: loop.call_soon_threadsafe(stop.set))
    else:
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, stop.set)


def _log_to_stderr(args: argparse.Namespace) -> None:
    level = logging.WARNING if args.quiet or args.command != "hub" else logging.INFO
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s", force=True
    )
    for name in ("constellation", "device_agent"):
        logging.getLogger(name).setLevel(logging.DEBUG if args.verbose else level)


def _parser() -> argparse.ArgumentParser:
    about = (__doc__ or "").strip()
    parser = argparse.ArgumentParser(
        prog="constellation", description=about, formatter_class=argparse.RawTextHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    _add_hub(commands)
    _add_devices(commands)
    _add_run(commands)
    return parser


def _common(default: str | None = None) -> argparse.ArgumentParser:
    """Flags of every command; *default* is for those below another that has them too."""
    common = argparse.ArgumentParser(add_help=False, argument_default=default)
    common.add_argument("--json", action="store_true", help="one JSON object per line")
    common.add_argument("--quiet", action="store_true", help="print only what was asked for")
    common.add_argument("-v", "--verbose", action="store_true", help="log more, on stderr")
    common.add_argument("--token-file", type=Path, metavar="F", help="holds the hub's token")
    common.add_argument(
        "--insecure", action="store_true", help="let token and frames cross a network unencrypted"
    )
    return common


def _there(default: str | None = None) -> argparse.ArgumentParser:
    """Flags of the commands that talk to a hub."""
    there = argparse.ArgumentParser(
        add_help=False, argument_default=default, parents=[_common(default)]
    )
    there.add_argument("--hub", metavar="URL", help=f"default: {HUB_VARIABLE} or {DEFAULT_HUB}")
    there.add_argument("--timeout", type=_seconds, metavar="S", help="seconds for one task (600)")
    return there


def _seconds(text: str) -> float:
    seconds = float(text)
    if not 0 < seconds < float("inf"):
        raise argparse.ArgumentTypeError(f"{text} is no number of seconds")
    return seconds


Commands = argparse._SubParsersAction  # noqa: SLF001 -- argparse names this type nowhere else


def _add_hub(commands: "Commands[argparse.ArgumentParser]") -> None:
    hub = commands.add_parser("hub", parents=[_common()], help="run a hub until it is stopped")
    hub.add_argument("--host", default="127.0.0.1", help="address to bind (127.0.0.1)")
    hub.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help=f"0 takes a free one ({DEFAULT_PORT})"
    )
    hub.add_argument(
        "--name", action="append", default=[], help="a host name under which the hub is dialled"
    )


def _add_devices(commands: "Commands[argparse.ArgumentParser]") -> None:
    devices = commands.add_parser("devices", parents=[_there()], help="look at connected devices")
    devices.set_defaults(action="ls")
    below = _there(argparse.SUPPRESS)
    actions = devices.add_subparsers(dest="action")
    actions.add_parser("ls", parents=[below], help="list them")
    show = actions.add_parser("show", parents=[below], help="what one says about itself")
    show.add_argument("device_id", metavar="ID")
    screenshot = actions.add_parser("screenshot", parents=[below], help="what one shows")
    screenshot.add_argument("device_id", metavar="ID")
    screenshot.add_argument(
        "-o", "--output", type=Path, required=True, metavar="FILE", help=".png, .jpg or .webp"
    )


def _add_run(commands: "Commands[argparse.ArgumentParser]") -> None:
    run = commands.add_parser("run", parents=[_there()], help="have devices do something")
    run.add_argument("words", help='what to do, such as "take a screenshot"')
    where = run.add_mutually_exclusive_group()
    where.add_argument("--device", metavar="ID", help="on this one")
    where.add_argument(
        "--on", metavar="SELECTOR", help="on all that fit: all, desk-*, platform=linux,feature=gui"
    )
    run.add_argument("--parallel", action="store_true", help="on all of them at once")


if __name__ == "__main__":
    sys.exit(main())
