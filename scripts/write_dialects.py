"""Write docs/dialects.md from the code: `python scripts/write_dialects.py`."""

from pathlib import Path

from device_agent.catalog.dialects.page import render

PAGE = Path(__file__).parents[1] / "docs" / "dialects.md"


def main() -> None:
    """Write the page."""
    PAGE.write_text(render(), encoding="utf-8")


if __name__ == "__main__":
    main()
