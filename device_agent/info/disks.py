"""How full the disks are."""

from functools import partial

import psutil

from .reading import Facts, attempt

# Enough for any machine; a server with hundreds of mounts does not need them in every REGISTER.
MAX_DISKS = 8


def disk_facts() -> Facts:
    """
    ``disks``: for each disk its ``mount``, ``total`` and ``free`` in bytes; absent without any.

    File systems of this machine's own disks only: asking one on a network may take for ever.
    """
    mounts: dict[str, str] = {}
    for partition in attempt(partial(psutil.disk_partitions, all=False)) or ():
        known = mounts.get(partition.device)
        if known is None or len(partition.mountpoint) < len(known):
            mounts[partition.device] = partition.mountpoint
    disks = []
    for mount in sorted(mounts.values(), key=len)[:MAX_DISKS]:
        usage = attempt(partial(psutil.disk_usage, mount))
        if usage is not None:
            disks.append({"mount": mount, "total": usage.total, "free": usage.free})
    return {"disks": disks} if disks else {}
