"""The page about the vocabularies of others."""

from pathlib import Path

from device_agent.catalog.dialects.page import EXAMPLES, render
from device_agent.catalog.dialects.translate import FIRST, others

PAGE = Path(__file__).parents[4] / "docs" / "dialects.md"


def test_the_page_is_what_the_code_says() -> None:
    assert PAGE.read_text(encoding="utf-8") == render(), "run python scripts/write_dialects.py"


def test_every_name_is_on_the_page_and_every_vocabulary_has_an_example() -> None:
    page, every = render(), (FIRST, *others())
    for dialect in every:
        assert f"\n## {dialect.title}\n" in page
        assert all(f"| `{name}` |" in page for name in dialect.names)
    assert set(EXAMPLES) == {dialect.name for dialect in every}
    assert "The same as `type_text`." in page
