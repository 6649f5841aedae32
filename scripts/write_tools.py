"""Write docs/tools.md from the catalog: `python scripts/write_tools.py`."""

from pathlib import Path

from device_agent.catalog.page import render

PAGE = Path(__file__).parents[1] / "docs" / "tools.md"


def main() -> None:
    """Write the page."""
    PAGE.write_text(render(), encoding="utf-8")


if __name__ == "__main__":
    main()
