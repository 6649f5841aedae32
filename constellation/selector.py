"""Which devices a command is for. Pure."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from fnmatch import fnmatchcase

from device_agent.errors import ConfigError
from device_agent.protocol.messages import Json


@dataclass(frozen=True, slots=True)
class DeviceEntry:
    """
    A device as a hub lists it.

    Attributes:
        device_id: Its id.
        platform: As it registered: windows, linux or mobile.
        accepts: The extensions that hold on its link; empty for plain AIP.
        connected_s: How long it has been connected, in seconds.
        system_info: What it says about itself; None when it says nothing.

    """

    device_id: str
    platform: str = ""
    accepts: tuple[str, ...] = ()
    connected_s: float = 0.0
    system_info: Json = None

    @property
    def features(self) -> tuple[str, ...]:
        """``supported_features`` of its system info."""
        said = self.system_info.get("supported_features") if self._has_info else None
        return tuple(str(each) for each in said) if isinstance(said, list) else ()

    @property
    def _has_info(self) -> bool:
        return isinstance(self.system_info, dict)


_KEYS: dict[str, Callable[[DeviceEntry, str], bool]] = {
    "id": lambda device, value: fnmatchcase(device.device_id, value),
    "platform": lambda device, value: device.platform.lower() == value.lower(),
    "feature": lambda device, value: value in device.features,
}


def select(selector: str, devices: Iterable[DeviceEntry]) -> tuple[DeviceEntry, ...]:
    """
    Pick devices, in the order given.

    Args:
        selector: Conditions joined by commas, all of which must hold: ``platform=linux``,
            ``feature=gui``, ``id=desk-*``; a bare word is an id, with ``*`` and ``?``; ``all``
            means every device.
        devices: What there is.

    Raises:
        ConfigError: A condition cannot be understood.

    """
    conditions = [_condition(part.strip()) for part in selector.split(",")]
    return tuple(
        device for device in devices if all(holds(device, value) for holds, value in conditions)
    )


def _condition(part: str) -> tuple[Callable[[DeviceEntry, str], bool], str]:
    key, equals, value = part.partition("=")
    if not equals:
        key, value = "id", "*" if part == "all" else part
    if key not in _KEYS or not value:
        hint = f"write {', '.join(f'{name}=…' for name in _KEYS)}, an id such as desk-*, or all"
        raise ConfigError(f"{part!r} selects nothing", where="--on", hint=hint)
    return _KEYS[key], value
