"""Who simulated devices are: a few kinds of machines, and the facts that each tells. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from device_agent.catalog import TOOLS
from device_agent.errors import ConfigError
from device_agent.protocol.messages import Json

from .dice import Dice

GIBIBYTE = 1024**3
GOLDEN = 0.6180339887498949
"""Steps of this length around a circle spread evenly, however many there are (Weyl)."""


@dataclass(frozen=True, slots=True)
class Profile:
    """
    A kind of machine.

    Attributes:
        name: As ``--profile`` takes it.
        platform: ``linux`` or ``windows``; what hubs pick their agents by.
        os: As the facts say it.
        versions: Of the operating system; each device has one of them.
        processors: Models; each device has one of them.
        cpu_counts: Logical processors.
        memories_gib: How much memory.
        screens: Width and height in pixels; none for a machine without a desktop.
        windows: Title and program of the windows that are open at first, the topmost first.
        programs: Capabilities beyond what every such machine has.

    """

    name: str
    platform: str
    os: str
    versions: tuple[str, ...]
    processors: tuple[str, ...]
    cpu_counts: tuple[int, ...]
    memories_gib: tuple[int, ...]
    screens: tuple[tuple[int, int], ...] = ()
    windows: tuple[tuple[str, str], ...] = ()
    programs: tuple[str, ...] = ()

    @property
    def capabilities(self) -> tuple[str, ...]:
        """As a real agent finds them by looking."""
        desktop = ("gui", "screenshot") if self.screens else ()
        return (*desktop, "cli", "file_system", *self.programs, *(("input",) if desktop else ()))


_ALL = (
    Profile(
        name="linux-workstation",
        platform="linux",
        os="Linux",
        versions=("Debian GNU/Linux 12 (bookworm)", "Ubuntu 24.04.1 LTS", "Fedora Linux 41"),
        processors=("AMD Ryzen 9 7900", "Intel(R) Core(TM) i7-13700"),
        cpu_counts=(16, 24, 32),
        memories_gib=(32, 64, 128),
        screens=((1920, 1080), (2560, 1440)),
        windows=(("Terminal", "xterm"), ("Files", "thunar")),
        programs=("browser", "office"),
    ),
    Profile(
        name="windows-office",
        platform="windows",
        os="Windows",
        versions=("10.0.19045", "10.0.22631", "10.0.26100"),
        processors=("Intel(R) Core(TM) i5-1240P", "AMD Ryzen 5 PRO 5650U"),
        cpu_counts=(8, 12, 16),
        memories_gib=(8, 16),
        screens=((1366, 768), (1920, 1080)),
        windows=(("Inbox - Mail", "outlook.exe"), ("Untitled - Notepad", "notepad.exe")),
        programs=("browser", "office"),
    ),
    Profile(
        name="headless-server",
        platform="linux",
        os="Linux",
        versions=("Debian GNU/Linux 12 (bookworm)", "Rocky Linux 9.5 (Blue Onyx)"),
        processors=("AMD EPYC 9354", "Intel(R) Xeon(R) Gold 6430"),
        cpu_counts=(8, 32, 64),
        memories_gib=(64, 256, 512),
    ),
)

PROFILES: Mapping[str, Profile] = MappingProxyType({profile.name: profile for profile in _ALL})

Mix = tuple[tuple[Profile, float], ...]
"""Profiles with their shares, which add up to 1."""


def usual_mix() -> Mix:
    """Half workstations, a third office PCs, the rest servers."""
    return _shared({"linux-workstation": 3.0, "windows-office": 2.0, "headless-server": 1.0})


def parse_mix(text: str) -> Mix:
    """
    Read ``linux-workstation=3,headless-server=1``; a name without a share has share 1.

    Raises:
        ConfigError: An unknown profile, a share that is no number above 0, a name given twice.

    """
    shares: dict[str, float] = {}
    for part in text.split(","):
        name, equals, number = (piece.strip() for piece in part.partition("="))
        if name not in PROFILES:
            hint = f"there are {', '.join(PROFILES)}"
            raise ConfigError(f"there is no profile {name!r}", where="--profile", hint=hint)
        if name in shares:
            raise ConfigError(f"{name} is there twice", where="--profile", hint="give it once")
        shares[name] = _share(name, number) if equals else 1.0
    return _shared(shares)


def profile_of(mix: Mix, dice: Dice) -> Profile:
    """Which kind of machine a device is; every stretch of the fleet has about the mix's shares."""
    start = Dice(dice.seed, 0).draw("profiles")
    place = (start + dice.index * GOLDEN) % 1.0
    for profile, share in mix:
        place -= share
        if place < 0:
            return profile
    return mix[-1][0]


def facts_of(profile: Profile, dice: Dice, device_id: str) -> dict[str, Json]:
    """What a device tells of itself, with the keys that a real agent uses."""
    memory = dice.pick(profile.memories_gib, "memory") * GIBIBYTE
    facts: dict[str, Json] = {
        "device_id": device_id,
        "platform": profile.platform,
        "os": profile.os,
        "os_version": dice.pick(profile.versions, "version"),
        "processor": dice.pick(profile.processors, "processor"),
        "cpu_count": dice.pick(profile.cpu_counts, "cpus"),
        "memory_total": memory,
        "memory_available": int(memory * dice.between(0.2, 0.9, "memory in use")),
        "memory_total_gb": round(memory / GIBIBYTE, 2),
        "hostname": device_id,
        "ip_address": _address(dice.index),
    }
    screen = screen_of(profile, dice)
    if screen is not None:
        facts["screen_resolution"] = f"{screen[0]}x{screen[1]}"
    facts["supported_features"] = list(profile.capabilities)
    facts["platform_type"] = "computer"
    facts["schema_version"] = "1.0"
    facts["custom_metadata"] = _custom(profile, screen)
    return facts


def screen_of(profile: Profile, dice: Dice) -> tuple[int, int] | None:
    """Width and height of a device's screen in pixels; None without a desktop."""
    return dice.pick(profile.screens, "screen") if profile.screens else None


def _custom(profile: Profile, screen: tuple[int, int] | None) -> dict[str, Json]:
    display = [] if screen is None else [_display(*screen)]
    return {
        "simulated": True,
        "profile": profile.name,
        "desktop": {"state": "no_session" if screen is None else "active"},
        "displays": display,
        "capabilities": list(profile.capabilities),
        "tools": list(TOOLS),
    }


def _display(width: int, height: int) -> dict[str, Json]:
    place = {"x": 0, "y": 0, "width": width, "height": height}
    return {"name": "screen", **place, "scale": 1.0, "primary": True}


def _address(index: int) -> str:
    return f"10.{index >> 16 & 255}.{index >> 8 & 255}.{index & 255}"


def _share(name: str, number: str) -> float:
    try:
        share = float(number)
    except ValueError:
        share = 0.0
    if not 0 < share < float("inf"):
        hint = f"write {name}=3, a number above 0"
        raise ConfigError(f"{number!r} is no share", where="--profile", hint=hint)
    return share


def _shared(shares: Mapping[str, float]) -> Mix:
    whole = sum(shares.values())
    return tuple((PROFILES[name], share / whole) for name, share in shares.items())
