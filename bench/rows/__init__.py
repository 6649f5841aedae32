"""The table: what is measured, what it must be and what it should be."""

from ..row import Row
from . import commands, idle, inputs, outages, peers, screenshots, stall, start

ROWS = (
    Row(
        "rss", "idle memory of the broker", "MB", 42, 36, idle.broker_rss,
        "UFO 219 + 76, cua-driver 65, cua 113", waits=True,
    ),
    Row(
        "rss-worker", "idle memory of the worker", "MB", None, None, idle.worker_rss, waits=True
    ),
    Row(
        "cpu", "idle CPU, heartbeats and worker included", "%", 0.1, 0.03, idle.cpu,
        "UFO 0.02 + 0.2, others 0-0.25", waits=True,
    ),
    Row(
        "start", "process start to REGISTER on the wire", "s", 0.5, 0.25, start.start,
        "UFO 2.5-3.1, cua-driver 0.33",
    ),
    Row(
        "shell", "COMMAND `echo hi` to its results, journalled", "ms", 12, 5, commands.shell,
        "UFO 179",
    ),
    Row(
        "no-process", "the same for a call without a process (`key_up`)", "ms", 3, 1.2,
        commands.no_process,
    ),
    Row("list-tools", "the same for `list_tools`", "ms", 3, 1.2, commands.list_tools, "UFO 103"),
    Row("batch", "one COMMAND with ten `echo hi`", "ms", 60, 30, commands.batch, "UFO 1778"),
    Row(
        "png", "screenshot 1080p, lossless, whole path", "ms", 25, 15, screenshots.lossless,
        "OSWorld 101, cua-driver 234, cua 365",
    ),
    Row(
        "jpeg", "screenshot 1080p, JPEG q75, whole path", "ms", 14, 9, screenshots.jpeg,
        "cua 21.9",
    ),
    Row("unchanged", "screenshot of an unchanged screen", "ms", 4, 2.5, screenshots.unchanged),
    Row(
        "click", "click, whole path", "ms", 4, 1.5, inputs.click,
        "cua 0.7 (unjournalled), cua-driver 48, OSWorld 220",
    ),
    Row(
        "ascii", "100 ASCII characters into xterm and Tk", "ms", 15, 9, inputs.ascii_text,
        "cua 22-50, wrong in xterm",
    ),
    Row(
        "unicode", "Unicode text into xterm and Tk that is wrong", "errors", 0, 0,
        inputs.unicode_text, "xdotool 6/6, 144-394 of 400",
    ),
    Row(
        "many", "left over after 1,000 screenshots", "", 2, 2, screenshots.many,
        "OSWorld ends at 220",
    ),
    Row(
        "stall", "heartbeat p99 while screenshots are taken", "ms", 10, 3, stall.stall, "cua 350"
    ),
    Row(
        "cua-png", "screenshot 1080p, lossless, beside cua-computer-server", "% of its time",
        6.6, 4, peers.cua_lossless,
    ),
    Row("cua-jpeg", "the same as JPEG q75", "% of its time", 50, 36, peers.cua_jpeg),
    Row(
        "cua-ascii", "100 ASCII characters into Tk, beside cua", "% of its time", 25, 20,
        peers.cua_ascii,
    ),
    Row("cua-click", "click, journalled, beside cua's without", "ms", 4, 1.5, peers.cua_click),
    Row("session", "an idle session", "bytes", 1024, None, idle.session_bytes),
    Row(
        "outage", "back after the hub was away", "s", 60, 15, outages.outage, "UFO never",
        waits=True,
    ),
    Row(
        "half-open", "a dead link is noticed", "s", 25, 15, outages.half_open, "UFO 200",
        waits=True,
    ),
    Row(
        "duplicate", "in, though refused as duplicate for 40 s", "s", None, 45, outages.duplicate,
        "UFO gives up", waits=True,
    ),
)  # fmt: skip
