import platform
import subprocess
import sys

import pytest

# Takes frames as a worker does and prints how many page faults each of the last ones cost.
SHOTS = """
import resource
from device_agent.screen.memory import keep_frame_buffers
assert keep_frame_buffers()
def shot():
    return bytearray(8_000_000)
shot()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(10):
    shot()
print((resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before) // 10)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="only glibc has these settings")
def test_freed_frames_are_used_again() -> None:
    told = subprocess.run([sys.executable, "-c", SHOTS], capture_output=True, check=True)
    assert int(told.stdout) < 100
