"""The page of tools."""

from pathlib import Path

from device_agent.catalog import TOOLS
from device_agent.catalog.page import render

PAGE = Path(__file__).parents[3] / "docs" / "tools.md"


def test_the_page_is_what_the_catalog_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), "run python scripts/write_tools.py"


def test_every_tool_and_argument_is_on_the_page() -> None:
    page = render()
    for tool in TOOLS.values():
        assert f"\n## {tool.name}\n" in page
        assert all(f"| `{name}` |" in page for name in tool.arguments.model_fields)
    assert "| `cursor` | boolean | `false` |" in page
    assert "string or list of string" in page
