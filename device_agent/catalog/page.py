"""The page that lists the tools, docs/tools.md, written from the catalog."""

from collections.abc import Mapping
from typing import Any

from .lookup import TOOLS
from .schema import Schema, input_schema, output_schema
from .tool import Tool

INTRODUCTION = """\
# Tools

What can be called on a device, by any orchestrator, by `device-agent call TOOL key=value` and by
plans. Written from the catalog by `python scripts/write_tools.py`; a test compares the two.

Places are in screen pixels, unless `frame_id`, `window_id` or `unit` say otherwise: then they are
pixels of a screenshot, whatever its scale, or of a window, or shares of either or of the whole
screen. An argument without a default is required. A call that cannot be done
fails with one word and a sentence: `bad_arguments`, `denied`, `no_session`, `locked`,
`unavailable`, `timed_out` and the others of `device_agent.errors.Failure`.
"""


def render() -> str:
    """The whole page."""
    page = "\n".join([INTRODUCTION, _overview(), *(_section(tool) for tool in TOOLS.values())])
    return page.rstrip("\n") + "\n"


def _overview() -> str:
    rows = [
        f"| [{tool.name}](#{tool.name}) | {tool.tier} | {'acts' if tool.acts else 'observes'} "
        f"| {tool.summary} |"
        for tool in TOOLS.values()
    ]
    return "\n".join(["| tool | tier | | what it does |", "|---|---|---|---|", *rows, ""])


def _section(tool: Tool) -> str:
    facts = (
        f"Tier {tool.tier}, {'acts' if tool.acts else 'observes'}; counts as hung after "
        f"{tool.deadline_s:g} s more than its arguments ask for."
    )
    parts = [f"## {tool.name}", "", tool.text, "", facts, ""]
    parts += _table("takes", input_schema(tool)) + _table("gives", output_schema(tool))
    return "\n".join(parts)


def _table(heading: str, schema: Schema) -> list[str]:
    if not schema["properties"]:
        return []
    required = schema.get("required", [])
    rows = [_row(name, each, name in required) for name, each in schema["properties"].items()]
    return [f"| {heading} | type | default | |", "|---|---|---|---|", *rows, ""]


def _row(name: str, schema: Mapping[str, Any], required: bool) -> str:
    default = "" if required else f"`{_json(schema.get('default'))}`"
    cells = [f"`{name}`", type_of(schema), default, schema.get("description", "")]
    return f"| {' | '.join(str(cell).replace('|', chr(92) + '|') for cell in cells)} |"


def type_of(schema: Mapping[str, Any]) -> str:
    """What a schema stands for, in words for people."""
    if "enum" in schema:
        return ", ".join(f"`{word}`" for word in schema["enum"])
    if "anyOf" in schema:
        return " or ".join(type_of(branch) for branch in schema["anyOf"])
    kind = str(schema.get("type", "any"))
    if kind == "array" and "items" in schema:
        return f"list of {type_of(schema['items'])}"
    limits = [
        f"{sign} {schema[key]:g}"
        for key, sign in (
            ("minimum", ">="),
            ("exclusiveMinimum", ">"),
            ("maximum", "<="),
        )
        if key in schema
    ]
    if kind == "object" and schema.get("properties"):
        return f"{{{', '.join(schema['properties'])}}}"
    return " ".join([kind, *limits])


def _json(value: object) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    return repr(value).replace("'", '"')
