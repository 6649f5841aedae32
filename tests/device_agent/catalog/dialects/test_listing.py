"""What list_tools answers."""

from typing import Any

import pytest

from device_agent.catalog import TOOLS, Tier, Tool
from device_agent.catalog.dialects import listing

KEYS = {
    "tool_key",
    "tool_name",
    "title",
    "namespace",
    "tool_type",
    "description",
    "input_schema",
    "output_schema",
    "meta",
    "annotations",
}


def _anything(_: Tool) -> bool:
    return True


def _by_name(tools: list[dict[str, Any]]) -> dict[str, dict[str, Any]]:
    return {tool["tool_name"]: tool for tool in tools}


def test_every_tool_is_listed_once_in_the_shape_of_ufo() -> None:
    tools = listing(_anything)
    ours = [name for name in TOOLS if name != "list_tools"]
    assert [tool["tool_name"] for tool in tools] == ["execute_command", "get_system_info", *ours]
    for tool in tools:
        assert set(tool) == KEYS
        assert tool["tool_key"] == f"{tool['tool_type']}::{tool['tool_name']}"
        assert tool["description"]
        assert all(isinstance(each, dict) for each in tool["input_schema"]["properties"].values())
        assert tool["output_schema"]["description"]


def test_execute_command_is_advertised_without_an_api_key() -> None:
    execute = _by_name(listing(_anything, "action"))["execute_command"]
    properties = execute["input_schema"]["properties"]
    assert set(properties) == {"command", "timeout", "cwd"}
    assert properties["timeout"]["default"] == 30
    assert properties["cwd"]["type"] == "string"
    assert execute["input_schema"]["required"] == ["command"]
    assert execute["namespace"] == "BashExecutor"


def test_actions_are_all_that_a_text_prompt_can_take() -> None:
    actions = _by_name(listing(_anything, "action"))
    assert {"mouse_click", "shell", "screen_size", "get_system_info"} <= set(actions)
    assert "screenshot" not in actions
    assert all(tool["tool_type"] == "action" for tool in actions.values())


def test_data_collection_is_all_that_does_not_act() -> None:
    tools = _by_name(listing(_anything, "data_collection"))
    assert {"screenshot", "screen_size", "list_windows", "get_system_info"} <= set(tools)
    assert not {"mouse_click", "shell", "execute_command"} & set(tools)
    assert tools["screenshot"]["tool_key"] == "data_collection::screenshot"


def test_what_policy_refuses_outright_is_not_listed() -> None:
    tools = _by_name(listing(lambda tool: tool.tier is Tier.OBSERVE))
    assert "screenshot" in tools
    assert not {"execute_command", "shell", "mouse_click"} & set(tools)


@pytest.mark.parametrize(
    ("agent", "chosen", "collected"),
    [
        ("HostAgent", {"select_application_window", "run_shell"}, "get_desktop_app_target_info"),
        ("AppAgent", {"click_input", "set_edit_text", "run_shell"}, "get_app_window_info"),
    ],
)
def test_windows_agents_are_shown_their_own_names_alone(
    agent: str, chosen: set[str], collected: str
) -> None:
    actions = _by_name(listing(_anything, "action", agent_name=agent))
    assert chosen <= set(actions)
    assert not {"mouse_click", "execute_command", "list_windows"} & set(actions)
    for tool in actions.values():
        assert set(tool) == KEYS
        assert tool["tool_key"] == f"action::{tool['tool_name']}"
        assert tool["input_schema"]["type"] == "object"
    gathered = _by_name(listing(_anything, "data_collection", agent_name=agent))
    assert collected in gathered
    assert not set(actions) & set(gathered)
    assert set(_by_name(listing(_anything, agent_name=agent))) == {*actions, *gathered}


def test_namespaces_of_windows_agents_are_ufos() -> None:
    tools = _by_name(listing(_anything, agent_name="AppAgent"))
    assert tools["click_input"]["namespace"] == "AppUIExecutor"
    assert tools["get_app_window_info"]["namespace"] == "UICollector"
    assert tools["run_shell"]["namespace"] == "CommandLineExecutor"
    assert tools["click_input"]["input_schema"]["required"] == ["id", "name"]


def test_windows_agents_are_not_shown_what_policy_refuses() -> None:
    def observing(tool: Tool) -> bool:
        return tool.tier is Tier.OBSERVE

    tools = _by_name(listing(observing, agent_name="AppAgent"))
    assert {"capture_window_screenshot", "wait", "summary"} <= set(tools)
    assert not {"click_input", "run_shell"} & set(tools)
