"""How much memory there is."""

import psutil

from .reading import Facts, attempt

GIBIBYTE = 1024**3


def memory_facts() -> Facts:
    """
    Facts about the memory, absent where they cannot be read.

    ``memory_total`` and ``memory_available`` in bytes, the second what programs can get without
    swapping · ``memory_total_gb`` the first in GiB, two digits.
    """
    memory = attempt(psutil.virtual_memory)
    if memory is None:
        return {}
    return {
        "memory_total": memory.total,
        "memory_available": memory.available,
        "memory_total_gb": round(memory.total / GIBIBYTE, 2),
    }
