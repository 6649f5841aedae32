"""
Settings: defaults < file < environment < flags; read once, frozen, secrets hidden.

``load`` gives a :class:`Loaded`; what runs gets its :class:`Config`. A new setting is one field
in :mod:`.model`; its variable, ``--set`` name and documentation come from it.
"""

from .load import Loaded, Setting, load
from .model import Config, Limits, LinkConfig, ListenConfig, LogConfig, WorkerConfig
from .peers import check_peers

__all__ = [
    "Config",
    "Limits",
    "LinkConfig",
    "ListenConfig",
    "Loaded",
    "LogConfig",
    "Setting",
    "WorkerConfig",
    "check_peers",
    "load",
]
