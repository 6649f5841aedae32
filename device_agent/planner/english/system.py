"""About the machine and its programs, in English."""

from ..phrase import Found, Parameters
from .parts import always, named, phrase, seconds


def _end(found: Found) -> Parameters:
    return {"pid": int(found["pid"]), "name": found["name"].strip("()\"'")}


PHRASES = (
    phrase(
        "system_info",
        r"(?:<show>(?:system|device|machine|computer) (?:info|information|facts|status)"
        r"|what (?:machine|computer|system|device) is this)",
        "system info",
        "what computer is this?",
    ),
    phrase(
        "system_info",
        r"(?:<show>(?:free |used )?(?:disk|storage)(?: (?:usage|space|use))?"
        r"|how (?:full is (?:the|my) disk|much (?:disk )?space is (?:left|free)))",
        "check disk usage",
        "how much disk space is left?",
        "show me the disk space",
    ),
    phrase(
        "system_info",
        r"(?:<show>(?:free |used )?(?:memory|ram)(?: (?:usage|use))?"
        r"|how much (?:memory|ram) is (?:left|free|used))",
        "check memory usage",
        "how much memory is free",
    ),
    phrase(
        "system_info",
        r"(?:<show>(?:uptime|load)"
        r"|how long has (?:it|this machine|the machine) been (?:up|running))",
        "show the uptime",
    ),
    phrase(
        "system_info",
        r"<show>(?:host ?name|ip address|operating system|os version|kernel)(?: of this machine)?",
        "what is the hostname",
        "what is the IP address?",
    ),
    phrase("list_tools", r"(?:<show>tools|what can you do|help)", "list tools", "what can you do?"),
    phrase(
        "list_processes",
        r"(?:<show>(?:running )?(?:processes|programs)|what (?:programs |processes )?(?:is|are) "
        r"running)",
        "list processes",
        "what is running?",
    ),
    phrase(
        "list_processes",
        r"(?:which|what) (?:process|program|processes|programs) (?:use|uses|take|takes|need|needs) "
        r"(?:the )?most (?:of the )?(?:cpu|processor)",
        ("which process uses most CPU", {"sort": "cpu", "limit": 10}),
        parameters=always(sort="cpu", limit=10),
    ),
    phrase(
        "list_processes",
        r"(?:which|what) (?:process|program|processes|programs) (?:use|uses|take|takes|need|needs) "
        r"(?:the )?most (?:of the )?(?:memory|ram)",
        ("which program needs the most memory", {"sort": "memory", "limit": 10}),
        parameters=always(sort="memory", limit=10),
    ),
    phrase(
        "list_processes",
        r"is (?:there a )?(?:the )?(?:program |process )?<name> running",
        ("is firefox running?", {"name": "firefox"}),
        parameters=named("name", "name"),
    ),
    phrase(
        "end_process",
        r"(?:kill|end|stop|terminate) (?:the )?process (?P<pid>\d{1,10})"
        r"(?: (?:called|named))? (?P<name>\S.*)",
        ("kill process 4711 called firefox", {"pid": 4711, "name": "firefox"}),
        ("end process 12 (sleep)", {"pid": 12, "name": "sleep"}),
        parameters=_end,
    ),
    phrase(
        "wait",
        r"(?:wait|sleep|pause)(?: for)? <s><unit>",
        ("wait 2 seconds", {"seconds": 2.0}),
        ("sleep 500 ms", {"seconds": 0.5}),
        ("wait for 2 minutes", {"seconds": 120.0}),
        parameters=lambda found: {"seconds": seconds(found)},
    ),
)
