"""Defaults < file < environment < flags, and who said each."""

from pathlib import Path

import pytest

from device_agent import config
from device_agent.catalog import Tier
from device_agent.config.layers import Layer
from device_agent.config.surroundings import Surroundings
from device_agent.errors import ConfigError

from .conftest import Load

MIB = 1024 * 1024


def _flag(name: str, value: str) -> config.Setting:
    return config.Setting(tuple(name.split(".")), value, Layer.FLAG, f"--{name}")


def test_defaults_need_no_file(load: Load, tmp_path: Path) -> None:
    loaded = load()
    assert loaded.file is None
    assert loaded.config.device_id == "box"
    assert loaded.config.state_dir == tmp_path / ".local/state/device-agent"
    assert loaded.config.limits.queue == 64
    assert loaded.config.limits.spool_bytes == 256 * MIB
    assert loaded.config.limits.max_frame_bytes == 16 * MIB
    assert loaded.config.links == ()
    assert loaded.config.listen is None
    assert {loaded.origin(key) for key, _ in loaded.values()} == {"default"}


def test_each_layer_goes_over_the_one_before_and_is_remembered(load: Load, file: Path) -> None:
    text = 'device_id = "file"\n[log]\nlevel = "debug"\n[limits]\nqueue = 8\nkeep_days = 1.5\n'
    environ = {"DEVICE_AGENT_LIMITS__QUEUE": "9", "DEVICE_AGENT_DEVICE_ID": "environment"}
    loaded = load(text, environ, flags=[_flag("device_id", "flag")])
    assert loaded.config.device_id == "flag"
    assert loaded.config.limits.queue == 9
    assert loaded.config.limits.keep_days == 1.5
    assert loaded.origin(("device_id",)) == "flag --device_id"
    assert loaded.origin(("limits", "queue")) == "environment DEVICE_AGENT_LIMITS__QUEUE"
    assert loaded.origin(("limits", "keep_days")) == f"file {file}:6"
    assert loaded.origin(("log", "level")) == f"file {file}:3"
    assert loaded.origin(("log", "format")) == "default"


def test_lists_and_sizes_can_be_said_in_words(load: Load) -> None:
    environ = {
        "DEVICE_AGENT_TAGS": "a, b,",
        "DEVICE_AGENT_ALLOW": "shell,files",
        "DEVICE_AGENT_LIMITS__SPOOL_BYTES": "1GiB",
        "DEVICE_AGENT_CUSTOM_METADATA__RACK": "7",
        "DEVICE_AGENT_LISTEN": "[::1]:5005",
    }
    found = load('[custom_metadata]\nsite = "x"\n', environ).config
    assert found.tags == ("a", "b")
    assert found.allow == (Tier.SHELL, Tier.FILES)
    assert found.limits.spool_bytes == 1024 * MIB
    assert found.custom_metadata == {"site": "x", "rack": "7"}
    assert found.listen is not None
    assert (found.listen.host, found.listen.port) == ("::1", 5005)


def test_a_listener_keeps_the_rest_of_its_table(load: Load) -> None:
    loaded = load("[listen]\nport = 1\nquery_token = false\n", flags=[_flag("listen", "0.0.0.0:2")])
    assert loaded.config.listen is not None
    assert (loaded.config.listen.host, loaded.config.listen.port) == ("0.0.0.0", 2)
    assert not loaded.config.listen.query_token


def test_hubs_on_the_command_line_replace_those_of_the_file_but_keep_their_settings(
    load: Load, file: Path
) -> None:
    text = '[[link]]\nurl = "wss://a/ws"\n[[link]]\nurl = "wss://b/ws"\nplanner = "local"\n'
    loaded = load(text, hubs=["wss://c/ws", "wss://b/ws", "wss://c/ws"])
    assert [link.url for link in loaded.config.links] == ["wss://c/ws", "wss://b/ws"]
    assert [link.planner for link in loaded.config.links] == ["auto", "local"]
    assert loaded.origin(("link", 1, "planner")) == f"file {file}:5"
    assert loaded.origin(("link", 0, "url")) == "flag --hub"


def test_hubs_in_the_environment(load: Load) -> None:
    environ = {"DEVICE_AGENT_HUB": "wss://a/ws, wss://b/ws"}
    assert [link.url for link in load("", environ).config.links] == ["wss://a/ws", "wss://b/ws"]
    assert [link.url for link in load("", environ, hubs=["wss://c/ws"]).config.links] == [
        "wss://c/ws"
    ]
    one = {"DEVICE_AGENT_LINK__0__URL": "wss://d/ws", "DEVICE_AGENT_LINK__0__PROXY": "none"}
    assert load("", one).config.links[0].proxy == "none"


def test_paths_of_a_file_start_at_the_file_others_at_the_working_directory(
    load: Load, file: Path
) -> None:
    loaded = load('state_dir = "s"\n[[link]]\nurl = "wss://a"\nca_file = "ca.pem"\n')
    assert loaded.config.state_dir == file.parent / "s"
    assert loaded.config.links[0].ca_file == file.parent / "ca.pem"
    assert load("", {"DEVICE_AGENT_STATE_DIR": "s"}).config.state_dir == Path.cwd() / "s"


def test_the_usual_places_are_looked_at(tmp_path: Path) -> None:
    directory = tmp_path / "xdg" / "device-agent"
    directory.mkdir(parents=True)
    (directory / "config.toml").write_text('device_id = "found"\n')
    (directory / "policy.toml").write_text('tiers = ["observe"]\n')
    environ = {"XDG_CONFIG_HOME": str(tmp_path / "xdg"), "XDG_STATE_HOME": str(tmp_path / "st")}
    loaded = config.load(surroundings=Surroundings(environ, "box", False, False))
    assert loaded.config.device_id == "found"
    assert loaded.config.policy_file == directory / "policy.toml"
    assert loaded.config.state_dir == tmp_path / "st" / "device-agent"
    other = tmp_path / "other.toml"
    other.write_text('device_id = "named"\n')
    environ["DEVICE_AGENT_CONFIG"] = str(other)
    loaded = config.load(surroundings=Surroundings(environ, "box", False, False))
    assert loaded.config.device_id == "named"


def test_a_service_of_root_lives_in_system_places() -> None:
    around = Surroundings({"DEVICE_AGENT_SERVICE": "yes"}, "box", True, False)
    loaded = config.load(surroundings=around)
    assert loaded.config.service
    assert loaded.config.state_dir == Path("/var/lib/device-agent")
    assert around.config_dir(service=True) == Path("/etc/device-agent")


def test_a_user_without_a_home_is_told_what_to_do(tmp_path: Path) -> None:
    around = Surroundings({}, "box", False, False)
    with pytest.raises(ConfigError, match="no home directory") as caught:
        config.load(surroundings=around)
    assert "--state-dir" in caught.value.hint
    flag = _flag("state_dir", str(tmp_path))
    assert config.load([flag], surroundings=around).config.state_dir == tmp_path


BAD = [
    ('\n[log]\nlevl = "debug"\n', 3, "unknown key `log.levl`", "did you mean `level`?"),
    ('[log]\nlevel = "loud"\n', 2, "`log.level`", "'debug', 'info'"),
    ('[[link]]\nurl = "http://x"\n', 2, "`link.0.url`", "ws://"),
    (
        '[[link]]\nurl = "wss://x"\n[[link]]\nurl = "wss://y"\nplanner = "me"\n',
        5,
        "`link.1.planner`",
        "peer",
    ),
    ('[[link]]\ntoken_file = "t"\n', 1, "`link.0.url` is missing", "add it"),
    ('[[link]]\nurl = "wss://x/?token=abc"\n', 2, "must not contain the token", "token_file"),
    ('[[link]]\nurl = "wss://u:pw@x"\n', 2, "must not contain", "token_file"),
    ('[[link]]\nurl = "wss://x"\ntoken = "abc"\n', 3, "does not belong here", "token_file"),
    ('[[link]]\nurl = "wss://x"\nproxy = "socks5://p:1"\n', 3, "no HTTP proxy", "http://"),
    ('[[link]]\nurl = "wss://x"\nproxy = "http://u:pw@p:1"\n', 3, "a password", "HTTPS_PROXY"),
    ("a = \n", 1, "not TOML", "key = value"),
    ("limits.queue = 0\n", 1, "`limits.queue`", "may wait"),
    ('limits = { spool_bytes = "x" }\n', 1, "`limits.spool_bytes`", "disk"),
    ('listen = "127.0.0.1"\n', 1, "not an address", "HOST:PORT"),
    ("[listen]\n", 1, "`listen.port` is missing", "add it"),
    ("[listen]\nport = 70000\n", 2, "`listen.port`", "Port"),
    ('allow = ["shel"]\n', 1, "`allow.0`", "'shell'"),
    ('device_id = "two words"\n', 1, "`device_id`", "Name of this device"),
    ('link = ["wss://x"]\n', 1, "`link.0`", "[[link]]"),
    ('log = "debug"\n', 1, "`log`", "logged"),
]


@pytest.mark.parametrize(("text", "line", "message", "hint"), BAD)
def test_bad_config_names_file_line_key_and_hint(
    load: Load, file: Path, text: str, line: int, message: str, hint: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        load(text)
    assert caught.value.where == f"{file}:{line}"
    assert message in str(caught.value)
    assert hint in str(caught.value)
    assert "abc" not in str(caught.value)
    assert "pw" not in str(caught.value)


@pytest.mark.parametrize(
    ("environ", "where", "words"),
    [
        ({"DEVICE_AGENT_LIMITS__QUEUE": "many"}, "DEVICE_AGENT_LIMITS__QUEUE", "valid integer"),
        ({"DEVICE_AGENT_LINK__2__URL": "wss://a"}, "DEVICE_AGENT_LINK__2__URL", "number the hubs"),
        ({"DEVICE_AGENT_LISTEN": "here"}, "DEVICE_AGENT_LISTEN", "HOST:PORT"),
    ],
)
def test_a_bad_variable_is_named(
    load: Load, environ: dict[str, str], where: str, words: str
) -> None:
    with pytest.raises(ConfigError) as caught:
        load("", environ)
    assert caught.value.where == where
    assert words in str(caught.value)


def test_a_variable_that_is_no_setting_is_named_and_stops_nothing(load: Load) -> None:
    loaded = load("", {"DEVICE_AGENT_LISEN": "1:2"})
    (warning,) = loaded.warnings
    assert warning == "DEVICE_AGENT_LISEN: ignored, no such setting; did you mean `listen`?"
    assert loaded.config.listen is None


def test_a_bad_flag_is_named(load: Load) -> None:
    with pytest.raises(ConfigError) as caught:
        load("", flags=[_flag("log.level", "loud")])
    assert caught.value.where == "--log.level"
    with pytest.raises(ConfigError, match="does not belong here"):
        load("", flags=[_flag("listen.token", "abc")])


def test_empty_variables_and_those_of_others_are_no_settings(load: Load) -> None:
    environ = {"DEVICE_AGENT_DEVICE_ID": "", "DEVICE_AGENTS": "x", "PATH": "/bin"}
    assert load("", environ).config.device_id == "box"


def test_settings_cannot_change_later(load: Load) -> None:
    with pytest.raises(ValueError, match="frozen"):
        load().config.device_id = "other"  # type: ignore[misc]
