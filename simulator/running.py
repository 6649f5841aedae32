"""How the programs of a simulated machine answer the tools that list and end them."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from device_agent.catalog import ToolResult
from device_agent.catalog.processes import (
    EndProcessArguments,
    EndProcessResult,
    ListProcessesArguments,
    ListProcessesResult,
    ProcessEntry,
)
from device_agent.errors import Failure, ToolError

from .machine import Machine

STARTED = "2026-01-01T00:00:00.000+00:00"
"""When everything was started: nothing here depends on a clock."""

MEMORY_BYTES = 50_000_000
SERVICES = ("init", "agent", "logger")
"""What runs on every machine, from process 1 on; the first two carry the device itself."""

CARRYING = 2


def _list_processes(arguments: ListProcessesArguments, machine: Machine) -> ListProcessesResult:
    wanted = (arguments.name or "").casefold()
    fitting = [
        entry
        for entry in _processes(machine)
        if wanted in entry.name.casefold() and arguments.user in {None, entry.user}
    ]
    return ListProcessesResult(processes=tuple(fitting[: arguments.limit]), total=len(fitting))


def _end_process(arguments: EndProcessArguments, machine: Machine) -> EndProcessResult:
    found = next((each for each in _processes(machine) if each.pid == arguments.pid), None)
    if found is None:
        raise ToolError(Failure.BAD_ARGUMENTS, f"there is no process {arguments.pid}")
    if arguments.name not in {None, found.name} or arguments.started not in {None, STARTED}:
        detail = f"process {found.pid} is another one than was meant; look again"
        raise ToolError(Failure.CONFLICT, detail)
    if found.pid <= CARRYING:
        raise ToolError(Failure.DENIED, f"process {found.pid} carries the agent or the system")
    machine.belongings.ended.add(found.pid)
    if machine.has_screen:
        windows = machine.screen.windows
        windows[:] = [window for window in windows if window.pid != found.pid]
    return EndProcessResult(pid=found.pid, name=found.name, ended=1, killed=False)


def _processes(machine: Machine) -> Iterator[ProcessEntry]:
    programs = list(enumerate(SERVICES, start=1))
    if machine.has_screen:
        programs += [(window.pid, window.app) for window in machine.screen.windows]
    for pid, name in sorted(dict(programs).items()):
        if pid not in machine.belongings.ended:
            yield ProcessEntry(
                pid=pid,
                parent=0 if pid == 1 else 1,
                name=name,
                user="root" if pid <= len(SERVICES) else "user",
                status="sleeping",
                started=STARTED,
                cpu_percent=0.0,
                memory_bytes=MEMORY_BYTES,
            )


# Each takes the arguments of its own tool, which no common type can say.
RESULTS: Mapping[str, Callable[[Any, Machine], ToolResult]] = {
    "list_processes": _list_processes,
    "end_process": _end_process,
}
