"""key=value words to arguments, by what the tool wants."""

from typing import Any

import pytest

from device_agent.catalog import TOOLS, parse
from device_agent.cli.exits import UsageError
from device_agent.cli.words import arguments


@pytest.mark.parametrize(
    ("tool", "words", "wanted"),
    [
        ("mouse_move", ["x=1", "y=-2"], {"x": 1, "y": -2}),
        ("type_text", ["text=123"], {"text": "123"}),
        ("type_text", ['text="quoted"'], {"text": '"quoted"'}),
        ("type_text", ["text=a=b"], {"text": "a=b"}),
        ("type_text", ["text="], {"text": ""}),
        ("shell", ["command=5"], {"command": "5"}),
        ("shell", ["command=true"], {"command": "true"}),
        ("shell", ['command=["a", "b"]'], {"command": ["a", "b"]}),
        ("shell", ["command=a", 'env={"A": "1"}'], {"command": "a", "env": {"A": "1"}}),
        ("press_keys", ["keys=ctrl+s", "repeat=2"], {"keys": "ctrl+s", "repeat": 2}),
        ("press_keys", ['keys=["ctrl", "s"]'], {"keys": ["ctrl", "s"]}),
        ("screenshot", ["cursor=true", "scale=0.5"], {"cursor": True, "scale": 0.5}),
        ("screenshot", ["display=null", "format=jpeg"], {"display": None, "format": "jpeg"}),
        ("screenshot", ['region={"x":0,"y":0,"width":1,"height":1}'], None),
    ],
)
def test_values_become_what_the_argument_wants(
    tool: str, words: list[str], wanted: dict[str, Any] | None
) -> None:
    found = arguments(TOOLS[tool], words)
    parse(TOOLS[tool], found)
    if wanted is not None:
        assert found == wanted


def test_a_wrong_value_is_left_for_the_catalog_to_refuse() -> None:
    assert arguments(TOOLS["mouse_move"], ["x=here", "w=1"]) == {"x": "here", "w": 1}


@pytest.mark.parametrize("words", [["x"], ["=1"], ["x=1", "x=1"]])
def test_words_that_are_no_arguments(words: list[str]) -> None:
    with pytest.raises(UsageError):
        arguments(TOOLS["mouse_move"], words)
