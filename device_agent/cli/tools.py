"""`device-agent tools`: what can be called here, and whether the policy allows it."""

from argparse import ArgumentParser, Namespace
from typing import Any

from . import settings
from .exits import Exit
from .output import Output, table


def add_arguments(parser: ArgumentParser) -> None:
    """Say what it takes."""
    parser.add_argument("tool", metavar="TOOL", nargs="?", help="show this one with its arguments")
    settings.add_settings(parser)


def run(args: Namespace, out: Output) -> int:
    """List the catalog, or show one tool of it."""
    from ..catalog import TOOLS, find, unknown
    from ..catalog.schema import input_schema, output_schema
    from ..policy.rules import Allow, decide

    policy = settings.policy_of(settings.load(args).config)
    chosen = [find(args.tool)] if args.tool else list(TOOLS.values())
    listed: list[dict[str, Any]] = []
    for tool in chosen:
        if tool is None:
            raise unknown(args.tool)
        verdict = decide(policy, tool, {})
        listed.append(
            {
                "name": tool.name,
                "tier": tool.tier.value,
                "acts": tool.acts,
                "deadline_s": tool.deadline_s,
                "allowed": isinstance(verdict, Allow),
                "reason": None if isinstance(verdict, Allow) else verdict.reason,
                "summary": tool.summary,
                "description": tool.description,
                "input_schema": input_schema(tool),
                "output_schema": output_schema(tool),
            }
        )
    out.result(listed, _one(listed[0]) if args.tool else _all(listed))
    return Exit.DONE


def _all(listed: list[dict[str, Any]]) -> str:
    heads = ("TOOL", "TIER", "", "DEADLINE", "ALLOWED", "WHAT IT DOES")
    return table([_row(tool) for tool in listed], heads)


def _row(tool: dict[str, Any]) -> list[str]:
    return [
        str(tool["name"]),
        str(tool["tier"]),
        "acts" if tool["acts"] else "observes",
        f"{tool['deadline_s']:g} s",
        "yes" if tool["allowed"] else "no",
        str(tool["summary"]),
    ]


def _one(tool: dict[str, Any]) -> str:
    schema = tool["input_schema"]
    required = schema.get("required", [])
    rows = [
        [
            f"  {name}",
            _type(each),
            "" if name in required else f"default {each.get('default')}",
            str(each.get("description", "")),
        ]
        for name, each in schema["properties"].items()
    ]
    parts = [_all([tool]), str(tool["description"]), str(tool["reason"] or ""), table(rows)]
    return "\n".join(part for part in parts if part)


def _type(schema: dict[str, Any]) -> str:
    if "anyOf" in schema:
        return " or ".join(_type(branch) for branch in schema["anyOf"])
    if "enum" in schema:
        return "|".join(map(str, schema["enum"]))
    return str(schema.get("type", "any"))
