"""What a model refused is said with key, place and hint."""

from typing import Literal

import pytest
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from device_agent.errors import PolicyError
from device_agent.toml.explain import explain, nearest
from device_agent.toml.file import KeyPath, dotted


class Inner(BaseModel):
    model_config = ConfigDict(extra="forbid")
    level: Literal["low", "high"] = Field(default="low", description="How much.")


class Outer(BaseModel):
    model_config = ConfigDict(extra="forbid", populate_by_name=True)
    name: str = Field(description="What it is called.")
    inner: Inner | None = None
    many: tuple[Inner, ...] = Field(default=(), validation_alias="entry")


def _explained(content: dict[str, object]) -> str:
    def where(key: KeyPath) -> str:
        return f"at {dotted(key)}"

    with pytest.raises(ValidationError) as caught:
        Outer.model_validate(content)
    error = explain(caught.value, Outer, where, PolicyError)
    assert isinstance(error, PolicyError)
    return str(error)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ({}, "at name: `name` is missing; add it"),
        ({"name": 3}, "at name: `name`: input should be a valid string; it is: What it is called"),
        ({"name": "a", "nme": 1}, "at nme: unknown key `nme`; did you mean `name`?"),
        ({"name": "a", "zzz": 1}, "known here: entry, inner, name"),
        ({"name": "a", "inner": {"levle": "low"}}, "`inner.levle`; did you mean `level`?"),
        ({"name": "a", "entry": [{}, {"lvl": 1}]}, "at entry.1.lvl: unknown key"),
        ({"name": "a", "entry": [{"level": "x"}]}, "it is: How much"),
        ({"nme": 1}, "(and 1 more)"),
    ],
)
def test_a_refusal_is_explained(content: dict[str, object], words: str) -> None:
    assert words in _explained(content)


def test_values_are_never_repeated() -> None:
    assert "hunter2" not in _explained({"name": ["hunter2"]})


def test_nearest_says_nothing_when_nothing_is_known() -> None:
    assert nearest("a", ()) == ""
