"""How layers settle."""

from device_agent.config.layers import Layer, Setting, hubs_over, settle, tree


def _said(key: str, value: object, layer: Layer = Layer.FILE) -> Setting:
    path = tuple(int(part) if part.isdigit() else part for part in key.split("."))
    return Setting(path, value, layer)


def test_a_later_setting_replaces_what_was_said_of_its_parts() -> None:
    settled = settle([_said("log.level", "a"), _said("log", "b", Layer.FLAG)])
    assert tree(settled) == {"log": "b"}
    settled = settle([_said("log", "b"), _said("log.level", "a", Layer.FLAG)])
    assert tree(settled) == {"log": {"level": "a"}}


def test_an_empty_table_is_there_and_takes_nothing_away() -> None:
    assert tree(settle([_said("listen", {})])) == {"listen": {}}
    both = [_said("listen.port", 1), _said("listen", {}, Layer.FLAG)]
    assert tree(settle(both)) == {"listen": {"port": 1}}
    assert tree(settle(reversed(both))) == {"listen": {"port": 1}}


def test_links_are_a_list_in_their_order() -> None:
    settled = settle([_said("link.1.url", "b"), _said("link.0.url", "a"), _said("link.1.x", 1)])
    assert tree(settled) == {"link": [{"url": "a"}, {"url": "b", "x": 1}]}


def test_a_replaced_hub_leaves_nothing_behind() -> None:
    below = settle([_said("link.0.url", "a"), _said("link.0.x", 1), _said("tags", ["t"])])
    assert tree(hubs_over(below, ["b"], Layer.FLAG, "--hub")) == {
        "link": [{"url": "b"}],
        "tags": ["t"],
    }
