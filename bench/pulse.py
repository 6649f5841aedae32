"""``python -m bench.pulse PORT TOKEN_FILE SECONDS``: how long heartbeats take, as JSON."""

import asyncio
import json
import sys
import time
from pathlib import Path

from websockets.asyncio.client import connect

from .figures import median, p99

PAUSE_S = 0.004
REGISTER = {
    "type": "register",
    "status": "ok",
    "client_type": "constellation",
    "client_id": "pulse",
    "target_id": "bench",
}
HEARTBEAT = json.dumps(
    {"type": "heartbeat", "status": "ok", "client_type": "constellation", "client_id": "pulse"}
)


async def pulse(port: int, token: str, seconds: float) -> list[float]:
    """Milliseconds of each heartbeat."""
    headers = {"Authorization": f"Bearer {token}"}
    url = f"ws://127.0.0.1:{port}/"
    took = []
    async with connect(url, additional_headers=headers, compression=None) as link:
        await link.send(json.dumps(REGISTER))
        await link.recv()
        end = time.perf_counter() + seconds
        while (began := time.perf_counter()) < end:
            await link.send(HEARTBEAT)
            await link.recv()
            took.append((time.perf_counter() - began) * 1000)
            await asyncio.sleep(PAUSE_S)
    return took


def main(port: str, token_file: str, seconds: str) -> None:
    """Print them."""
    took = asyncio.run(pulse(int(port), Path(token_file).read_text().strip(), float(seconds)))
    print(json.dumps({"median_ms": median(took), "p99_ms": p99(took), "count": len(took)}))


if __name__ == "__main__":
    main(*sys.argv[1:])
