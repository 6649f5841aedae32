import json
import subprocess
import sys

from device_agent.info import system_info
from device_agent.info.desktop import DesktopSession, DesktopState

ACTIVE = DesktopSession(DesktopState.ACTIVE, "x11")
LEFT = {"name": "left", "width": 1280, "height": 1024, "scale": 1.0, "primary": False}
MAIN = {"name": "main", "width": 1920, "height": 1080, "scale": 1.5, "primary": True}
# What UFO's hub sends on to a constellation.
UFO = {
    "device_id",
    "platform",
    "os_version",
    "cpu_count",
    "memory_total_gb",
    "hostname",
    "supported_features",
    "platform_type",
    "schema_version",
    "custom_metadata",
}
NEVER_IN_THE_BROKER = {"mss", "PIL", "xcffib", "pyautogui", "numpy"}


def test_M_04_ufo_finds_its_keys() -> None:
    info = system_info("d1", desktop=ACTIVE)
    assert set(info) >= UFO
    assert (info["device_id"], info["schema_version"]) == ("d1", "1.0")
    assert info["platform_type"] == "computer"


def test_S2_03_the_seeds_find_theirs() -> None:
    info = system_info("d1", displays=[LEFT, MAIN], desktop=ACTIVE)
    assert set(info) >= {"os", "os_version", "memory_total", "memory_available"}
    assert info["screen_resolution"] == "1920x1080"
    assert "installed_applications" not in info


def test_what_else_is_known_is_in_the_metadata_that_galaxy_keeps() -> None:
    rest = system_info("d1", displays=[MAIN], desktop=ACTIVE)["custom_metadata"]
    assert rest["displays"] == [MAIN]
    assert rest["desktop"] == {"state": "active", "kind": "x11"}
    assert rest["uptime_s"] > 0
    assert "gui" in rest["capabilities"]


def test_without_a_screen_there_is_no_resolution() -> None:
    none = DesktopSession(DesktopState.NO_SESSION, None, "nobody is logged in")
    info = system_info("d1", desktop=none)
    assert "screen_resolution" not in info
    assert info["custom_metadata"]["desktop"]["reason"] == "nobody is logged in"
    assert "gui" not in info["supported_features"]


def test_the_owner_has_the_last_word() -> None:
    info = system_info(
        "d1",
        platform="windows",
        features=["screenshot"],
        custom={"tags": ["lab"], "tier": "gold", "displays": "secret"},
        desktop=ACTIVE,
    )
    assert info["platform"] == "windows"
    assert info["supported_features"] == ["screenshot"]
    assert info["custom_metadata"]["tags"] == ["lab"]
    assert info["custom_metadata"]["displays"] == "secret"


def test_all_of_it_is_json() -> None:
    info = system_info("d1", displays=[MAIN], desktop=ACTIVE)
    assert json.loads(json.dumps(info)) == info


def test_nothing_of_the_desktop_is_imported_for_it() -> None:
    code = "import sys; from device_agent import info; info.system_info('d1'); print(*sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True, text=True)
    roots = {name.partition(".")[0] for name in told.stdout.split()}
    assert not roots & NEVER_IN_THE_BROKER
