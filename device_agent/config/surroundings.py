"""What the machine says about itself before any setting is read, and the places that follow."""

import os
import re
import socket
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from ..errors import ConfigError

NAME = "device-agent"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """
    The process's surroundings, handed in so that tests can have others.

    Attributes:
        environ: Environment variables.
        hostname: Name of the machine.
        admin: Runs as root.
        windows: Runs on Windows.

    """

    environ: Mapping[str, str]
    hostname: str
    admin: bool
    windows: bool

    @classmethod
    def here(cls) -> "Surroundings":
        """Look at this process."""
        if sys.platform == "win32":
            return cls(os.environ, socket.gethostname(), admin=False, windows=True)
        return cls(os.environ, socket.gethostname(), admin=os.geteuid() == 0, windows=False)

    def device_id(self) -> str:
        """Make a device's name from the host's; characters that ids cannot have become '-'."""
        name = re.sub(r"[^A-Za-z0-9._-]+", "-", self.hostname).strip("-._")
        return name[:128] or "device"

    def config_dir(self, *, service: bool) -> Path | None:
        """Directory of config.toml and policy.toml; None for a user without a home."""
        if self.windows:
            return self._under("PROGRAMDATA" if service else "APPDATA")
        if service and self.admin:
            return Path("/etc") / NAME
        return self._user("XDG_CONFIG_HOME", ".config")

    def state_dir(self, *, service: bool) -> Path:
        """
        Directory of the journal and the locks.

        Raises:
            ConfigError: A user without a home directory gave none.

        """
        if self.windows:
            root = self._under("PROGRAMDATA" if service else "LOCALAPPDATA")
            found = root / "state" if root else None
        elif service and self.admin:
            found = Path("/var/lib") / NAME
        else:
            found = self._user("XDG_STATE_HOME", ".local/state")
        if found is None:
            raise ConfigError(
                "no place to keep state: this user has no home directory",
                hint="give one with --state-dir DIR (or DEVICE_AGENT_STATE_DIR)",
                where="state_dir",
            )
        return found

    def _under(self, variable: str) -> Path | None:
        root = self.environ.get(variable)
        return Path(root) / NAME if root else None

    def _user(self, variable: str, below_home: str) -> Path | None:
        # The XDG specification says that a relative path there is to be ignored.
        if (root := self.environ.get(variable, "")).startswith("/"):
            return Path(root) / NAME
        home = self.environ.get("HOME", "")
        return Path(home) / below_home / NAME if home.startswith("/") else None
