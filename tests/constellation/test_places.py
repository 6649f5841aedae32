"""The token's file: made once, for its owner's eyes, and never guessed."""

import stat
import sys
from pathlib import Path

import pytest

from constellation.places import client_token, hub_token, is_open_to_others, token_path
from device_agent.errors import ConfigError


def test_the_first_start_makes_a_token_and_the_next_keeps_it(tmp_path: Path) -> None:
    around = {"CONSTELLATION_STATE_DIR": str(tmp_path / "state")}
    first = hub_token(None, around)
    again = hub_token(None, around)
    assert first.is_new
    assert not again.is_new
    assert first.value == again.value == client_token(None, around).value
    assert len(first.value) >= 43
    assert first.value not in repr(first)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such modes")
def test_the_file_is_for_its_owner_alone(tmp_path: Path) -> None:
    token = hub_token(tmp_path / "t", {})
    assert stat.S_IMODE((tmp_path / "t").stat().st_mode) == 0o600
    assert not is_open_to_others(token)
    (tmp_path / "t").chmod(0o644)
    assert is_open_to_others(token)


def test_state_lies_where_the_platform_keeps_it(tmp_path: Path) -> None:
    if sys.platform == "win32":
        around = {"LOCALAPPDATA": str(tmp_path)}
    else:
        around = {"XDG_STATE_HOME": str(tmp_path)}
    assert token_path(None, around) == tmp_path / "constellation" / "hub-token"
    with pytest.raises(ConfigError, match="--token-file"):
        token_path(None, {})


def test_a_named_file_comes_before_the_variable(tmp_path: Path) -> None:
    (tmp_path / "t").write_text("from-file\r\n", encoding="ascii")
    around = {"CONSTELLATION_TOKEN": "from-variable"}
    assert client_token(None, around).value == "from-variable"
    assert client_token(tmp_path / "t", around).value == "from-file"


@pytest.mark.parametrize("content", [b"", b"\n", b"two words", b"two\nlines", b"\xff\xfe"])
def test_what_is_no_token_is_refused_without_repeating_it(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "t"
    path.write_bytes(content)
    with pytest.raises(ConfigError) as caught:
        hub_token(path, {})
    assert str(path) in str(caught.value)
    assert "two" not in caught.value.message


def test_a_missing_file_says_where_the_token_could_come_from(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="CONSTELLATION_TOKEN"):
        client_token(tmp_path / "none", {})


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="file"):
        hub_token(tmp_path / "file" / "t", {})
