"""Finding tools, and telling callers what is wrong with what they gave."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_agent.catalog import TOOLS, Tier, Tool, find, nearest, parse, unknown
from device_agent.catalog.parts import Place
from device_agent.catalog.pointer import ClickArguments
from device_agent.errors import Failure, ToolError

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


def _complaint(name: str, parameters: dict[str, object] | None) -> str:
    with pytest.raises(ToolError) as caught:
        parse(TOOLS[name], parameters)
    assert caught.value.failure is Failure.BAD_ARGUMENTS
    return caught.value.detail


def test_every_tool_stands_under_its_own_name() -> None:
    assert all(name == tool.name for name, tool in TOOLS.items())
    assert {"screenshot", "mouse_click", "type_text", "shell", "system_info"} <= set(TOOLS)
    assert find("screenshot") is TOOLS["screenshot"]
    assert find("nothing") is None


@pytest.mark.parametrize("tool", TOOLS.values(), ids=lambda tool: tool.name)
def test_every_tool_explains_itself(tool: Tool) -> None:
    assert tool.summary.endswith(".")
    assert "\n" not in tool.summary
    assert tool.acts or tool.tier is not Tier.INPUT
    assert tool.deadline_s > 0
    assert tool.private <= set(tool.arguments.model_fields)
    for name, field in tool.arguments.model_fields.items():
        assert field.description or name == "button", f"{tool.name}.{name}"


def test_an_unknown_tool_is_told_its_nearest_names() -> None:
    error = unknown("take_screenshot")
    assert error.failure is Failure.UNKNOWN_TOOL
    assert "'take_screenshot'" in error.detail
    assert "nearest: screenshot" in error.detail
    assert nearest("click")[0] == "mouse_click"
    assert nearest("Type_Text")[0] == "type_text"
    assert "list_tools" in unknown("zzzzzz").detail
    assert len(unknown("x" * 10_000).detail) < 200


def test_a_wrong_argument_is_told_its_nearest_name() -> None:
    detail = _complaint("screenshot", {"forma": "png"})
    assert detail == "screenshot: there is no argument 'forma', nearest: format"


def test_an_argument_of_a_tool_that_takes_none_is_refused() -> None:
    assert "it takes none" in _complaint("screen_size", {"zzz": 1})
    assert "it takes seconds" in _complaint("wait", {"seconds": 1, "zzz": 1})


def test_a_wrong_value_names_the_argument_and_what_was_expected() -> None:
    assert "argument quality" in _complaint("screenshot", {"quality": "75"})
    assert "'png', 'jpeg' or 'webp'" in _complaint("screenshot", {"format": "gif"})
    assert "argument region.width is missing" in _complaint(
        "screenshot", {"region": {"x": 1, "y": 2, "height": 3}}
    )
    assert "valid list" in _complaint("shell", {"command": {}})


def test_a_missing_argument_is_named() -> None:
    assert _complaint("shell", None) == "shell: argument command is missing"


def test_values_are_never_repeated() -> None:
    secret = "correct horse battery staple"
    for parameters in ({"text": [secret]}, {"text": {"a": secret}}, {secret[:0] + "txt": secret}):
        assert secret not in _complaint("type_text", parameters)


def test_many_complaints_are_cut_short() -> None:
    detail = _complaint("screenshot", {f"argument_{number}": 1 for number in range(20)})
    assert detail.endswith("and 15 more")


def test_half_a_place_is_refused_and_none_is_where_the_pointer_is() -> None:
    assert "x and y belong together" in _complaint("mouse_click", {"x": 1})
    here = parse(TOOLS["mouse_click"], {"count": 2})
    assert isinstance(here, ClickArguments)
    assert here.place is None
    there = parse(TOOLS["mouse_click"], {"x": 0, "y": -5})
    assert isinstance(there, ClickArguments)
    assert there.place == Place(x=0, y=-5)


def test_scrolling_nowhere_is_refused() -> None:
    assert "nothing to scroll" in _complaint("mouse_scroll", {"dx": 0})
    parse(TOOLS["mouse_scroll"], {"dy": -3, "keys": ["ctrl"]})


def test_keys_come_as_a_text_or_as_a_list() -> None:
    press = TOOLS["press_keys"]
    assert parse(press, {"keys": "ctrl+s"}).model_dump()["keys"] == "ctrl+s"
    assert parse(press, {"keys": ["ctrl", "s"]}).model_dump()["keys"] == ("ctrl", "s")


def test_what_takes_long_has_a_later_deadline() -> None:
    shell = TOOLS["shell"]
    deadline_s = shell.deadline_for(parse(shell, {"command": "make", "timeout_s": 600}))
    assert deadline_s > 600
    assert TOOLS["wait"].deadline_for(parse(TOOLS["wait"], {"seconds": 30})) > 30
    text = TOOLS["type_text"]
    assert text.deadline_for(parse(text, {"text": "x" * 5000})) >= 100
    keys = TOOLS["press_keys"]
    assert keys.deadline_for(parse(keys, {"keys": "a", "hold_s": 5, "repeat": 2})) > 10
    drag = TOOLS["mouse_drag"]
    path = [{"x": 1, "y": 1}, {"x": 2, "y": 2}]
    assert drag.deadline_for(parse(drag, {"path": path, "duration_s": 9})) > 9


@given(st.sampled_from(list(TOOLS)), st.dictionaries(st.text(), JSON, max_size=4))
def test_whatever_is_given_is_taken_or_refused_with_a_reason(
    name: str, parameters: dict[str, object]
) -> None:
    complaint = _complaint_or_none(name, parameters)
    assert complaint is None or complaint.startswith(f"bad_arguments: {name}: ")


def _complaint_or_none(name: str, parameters: dict[str, object]) -> str | None:
    try:
        parse(TOOLS[name], parameters)
    except ToolError as error:
        return str(error)
    return None
