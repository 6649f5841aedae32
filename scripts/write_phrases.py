"""Write docs/phrases.md from the table: `python scripts/write_phrases.py`."""

from pathlib import Path

from device_agent.planner.page import render

PAGE = Path(__file__).parents[1] / "docs" / "phrases.md"


def main() -> None:
    """Write the page."""
    PAGE.write_text(render(), encoding="utf-8")


if __name__ == "__main__":
    main()
