"""What nobody should run is refused before anything starts."""

from pathlib import Path

import pytest

from device_agent.config import check_peers
from device_agent.errors import ConfigError

from .conftest import Load

TOKEN = {"DEVICE_AGENT_TOKEN": "t"}


def test_no_peer_at_all(load: Load) -> None:
    with pytest.raises(ConfigError, match="no hub to dial") as caught:
        check_peers(load())
    assert "--hub" in caught.value.hint


@pytest.mark.parametrize("text", ['[[link]]\nurl = "wss://a/ws?x=1"\n', "[listen]\nport = 1\n"])
def test_a_token_always(load: Load, text: str) -> None:
    with pytest.raises(ConfigError, match="no token for") as caught:
        check_peers(load(text))
    assert "--token-file" in caught.value.hint
    assert "DEVICE_AGENT_TOKEN" in caught.value.hint
    assert "new-token" in caught.value.hint
    assert "x=1" not in str(caught.value)
    check_peers(load(text, TOKEN))


def test_nothing_travels_in_the_clear_unless_the_owner_says_so(load: Load, file: Path) -> None:
    with pytest.raises(ConfigError, match="unencrypted"):
        check_peers(load('[[link]]\nurl = "ws://hub.example/ws"\n', TOKEN))
    check_peers(load('[[link]]\nurl = "ws://hub.example/ws"\ninsecure = true\n', TOKEN))
    check_peers(load('[[link]]\nurl = "ws://127.0.0.1:1/ws"\n', TOKEN))
    with pytest.raises(ConfigError, match="without a certificate"):
        check_peers(load('listen = "0.0.0.0:1"\n', TOKEN))
    check_peers(load('[listen]\nhost = "0.0.0.0"\nport = 1\ninsecure = true\n', TOKEN))
    check_peers(load('[listen]\nhost = "0.0.0.0"\nport = 1\ncert_file = "c"\n', TOKEN))
    assert file.exists()


def test_insecure_can_be_said_once_for_all_peers(load: Load) -> None:
    text = 'insecure = true\nlisten = "0.0.0.0:1"\n[[link]]\nurl = "ws://hub.example/ws"\n'
    environ = {"DEVICE_AGENT_LINK__0__TOKEN": "a", "DEVICE_AGENT_LISTEN__TOKEN": "b"}
    found = check_peers(load(text, environ)).config
    assert found.links[0].insecure
    assert found.listen is not None
    assert found.listen.insecure
