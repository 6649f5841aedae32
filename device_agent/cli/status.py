"""`device-agent status`: what the running agent is doing."""

from argparse import ArgumentParser, Namespace
from typing import Any

from . import settings
from .asking import ask
from .exits import Exit
from .output import Output, table


def add_arguments(parser: ArgumentParser) -> None:
    """Say what it takes."""
    settings.add_settings(parser)


def run(args: Namespace, out: Output) -> int:
    """Ask, and show the answer."""
    answer = ask(settings.load(args).config.state_dir, {"op": "status"})
    shown = {name: value for name, value in answer.items() if name != "ok"}
    out.result(shown, _text(shown))
    return Exit.DONE


def _text(status: dict[str, Any]) -> str:
    policy = status.get("policy") or {}
    rows = [
        ["device", str(status.get("device_id", ""))],
        ["process", f"{status.get('pid')}, up {_duration(status.get('uptime_s'))}"],
        ["allowed", f"{', '.join(policy.get('tiers', ())) or 'nothing'} ({policy.get('source')})"],
        *_desk(status.get("desk") or {}),
    ]
    rows += [[f"link {number}", _link(link)] for number, link in enumerate(status.get("links", ()))]
    if status.get("listening_port") is not None:
        rows.append(["listening", f"port {status['listening_port']}"])
    return table(rows)


def _desk(desk: dict[str, Any]) -> list[list[str]]:
    lane = desk.get("lane") or {}
    rows = [["work", f"{desk.get('in_hand', 0)} of {desk.get('limit', 0)} in hand"]]
    if desk.get("paused"):
        rows[0][1] += ", PAUSED (`device-agent resume` ends it)"
    if lane.get("running"):
        rows.append(["running", _row(lane["running"])])
    if lane.get("keeper"):
        rows.append(["held by", str(lane["keeper"])])
    rows += [[f"waiting {n}", _row(row)] for n, row in enumerate(lane.get("waiting", ()), 1)]
    return rows


def _row(row: dict[str, Any]) -> str:
    return f"{row.get('summary', '')} (for {row.get('peer', '')})"


def _link(link: dict[str, Any]) -> str:
    parts = [f"{name}={value}" for name, value in link.items() if value not in (None, "", [])]
    return " ".join(parts)


def _duration(seconds: float | None) -> str:
    if seconds is None:
        return "unknown"
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours} h {minutes} min" if hours else f"{minutes} min {rest} s"
