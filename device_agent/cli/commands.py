"""Which commands there are. Their modules are imported only when they are asked for."""

from argparse import ArgumentParser, Namespace
from importlib import import_module
from typing import NamedTuple, Protocol, cast

from .output import Output


class Command(Protocol):
    """What the module of a command offers."""

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Say what it takes."""

    def run(self, args: Namespace, out: Output) -> int:
        """Do it; returns the exit code."""
        ...


class Entry(NamedTuple):
    """A command's name, its module beside this one, and what it does in one line."""

    name: str
    module: str
    help: str


ENTRIES = (
    Entry("run", "run", "connect this machine and serve until stopped"),
    Entry("info", "info", "what this machine tells hubs about itself"),
    Entry("tools", "tools", "what can be called here, and whether the policy allows it"),
    Entry("call", "call", "call one tool: call TOOL key=value..."),
    Entry("task", "task", 'plan and run a task in words: task "take a screenshot"'),
    Entry("tasks", "tasks", "what was accepted and how it ended"),
    Entry("status", "status", "what the running agent is doing"),
    Entry("pause", "pause", "let nobody act on this machine until resumed"),
    Entry("resume", "resume", "end a pause"),
    Entry("doctor", "doctor", "look for what could keep the agent from working"),
    Entry("policy", "policy", "check the policy file"),
    Entry("config", "config", "show the settings, their origin, their schema; make a token"),
    Entry("schema", "schema", "print the JSON Schema of the protocol"),
    Entry("demo", "demo", "show a hub, devices and this machine at work"),
    Entry("completion", "completion", "print a completion script for a shell"),
)


def load(entry: Entry) -> Command:
    """Import a command."""
    return cast(Command, import_module(f".{entry.module}", __package__))
