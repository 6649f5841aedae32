"""The page of phrases."""

from pathlib import Path

from device_agent.planner.page import render
from device_agent.planner.vocabulary import EXAMPLES

PAGE = Path(__file__).parents[3] / "docs" / "phrases.md"


def test_the_page_is_what_the_table_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), "run python scripts/write_phrases.py"


def test_every_phrase_is_on_the_page() -> None:
    assert all(f"| `{example}` |" in render() for example in EXAMPLES)
