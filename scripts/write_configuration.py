"""Write docs/configuration.md from the settings' model: `python scripts/write_configuration.py`."""

from pathlib import Path

from device_agent.config.page import render

PAGE = Path(__file__).parents[1] / "docs" / "configuration.md"


def main() -> None:
    """Write the page."""
    PAGE.write_text(render(), encoding="utf-8")


if __name__ == "__main__":
    main()
