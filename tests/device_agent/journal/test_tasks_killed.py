"""
RELIABILITY: SIGKILL at random moments loses no accepted work and runs none twice.

JOURNAL_KILLS says how often (default 30); the design asks for 1000. The counts are logged.
"""

import logging
import os
import queue
import random
import subprocess
import sys
import threading
import time
from collections import Counter
from pathlib import Path

import pytest

KILLS = int(os.environ.get("JOURNAL_KILLS", "30"))
AT_ONCE = 4
LIFE_S = 0.06
LAST_LIFE_S = 30.0
ROOT = Path(__file__).parents[3]
_log = logging.getLogger(__name__)
AGENT = Path(__file__).with_name("killed_agent.py")


class Hub:
    """Asks for works, keeps every answer it gets, asks again for what was not answered."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.effects = directory / "effects"
        self.asked = 0
        self.waiting: dict[str, None] = {}
        self.answers: dict[str, set[str]] = {}
        self.answered = 0

    def life(self, seconds: float, *, kill: bool) -> None:
        """Serve one agent until its time is up (killed), or until nothing waits (stopped)."""
        command = [sys.executable, str(AGENT), str(self.directory / "state"), str(self.effects)]
        child = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        lines: queue.SimpleQueue[str | None] = queue.SimpleQueue()
        reader = threading.Thread(target=self._read, args=(child, lines))
        reader.start()
        with child:
            try:
                assert lines.get(timeout=LAST_LIFE_S) == "ready\n"
                self._serve(child, lines, time.monotonic() + seconds, kill=kill)
                assert child.stdin is not None
                if not kill:
                    child.stdin.close()
                    child.wait(LAST_LIFE_S)
            finally:
                child.kill()
                reader.join()
        while (line := lines.get()) is not None:
            self._note(line)
        assert kill or child.returncode == 0

    @staticmethod
    def _read(child: "subprocess.Popen[str]", lines: "queue.SimpleQueue[str | None]") -> None:
        assert child.stdout is not None
        for line in child.stdout:
            if line.endswith("\n"):  # The kill may have cut the last one.
                lines.put(line)
        lines.put(None)

    def _serve(
        self,
        child: "subprocess.Popen[str]",
        lines: "queue.SimpleQueue[str | None]",
        until_s: float,
        *,
        kill: bool,
    ) -> None:
        self._say(child, [f"do {work_id}" for work_id in self.waiting])
        while (left_s := until_s - time.monotonic()) > 0 and (kill or self.waiting):
            while kill and len(self.waiting) < AT_ONCE:
                self.asked += 1
                work_id = f"{'o' if self.asked % 5 == 0 else 'a'}{self.asked}"
                self.waiting[work_id] = None
                self._say(child, [f"do {work_id}"])
            try:
                line = lines.get(timeout=left_s)
            except queue.Empty:
                return
            assert line is not None, "the agent ended by itself"
            self._say(child, [f"got {self._note(line)}"])

    def _note(self, line: str) -> str:
        word, work_id, answer = line.rstrip("\n").split(" ", 2)
        assert word == "answer"
        self.answers.setdefault(work_id, set()).add(answer)
        self.answered += 1
        self.waiting.pop(work_id, None)
        return work_id

    @staticmethod
    def _say(child: "subprocess.Popen[str]", lines: list[str]) -> None:
        assert child.stdin is not None
        child.stdin.write("".join(f"{line}\n" for line in lines))
        child.stdin.flush()


@pytest.mark.timeout(120 + KILLS)
def test_every_accepted_work_has_one_outcome_through_kills(tmp_path: Path) -> None:
    chance = random.Random(7)
    hub = Hub(tmp_path)
    for _ in range(KILLS):
        hub.life(chance.uniform(0.0, LIFE_S), kill=True)
    hub.life(LAST_LIFE_S, kill=False)

    effects = Counter(hub.effects.read_text().split())
    assert set(effects.values()) == {1}, "a work ran twice"
    assert not hub.waiting, "a work was lost"
    assert set(hub.answers) == {f"{'o' if n % 5 == 0 else 'a'}{n}" for n in range(1, hub.asked + 1)}
    acting = {work_id: texts for work_id, texts in hub.answers.items() if work_id[0] == "a"}
    assert [work_id for work_id, texts in acting.items() if len(texts) != 1] == []
    outcomes = {work_id: next(iter(texts)).split()[0] for work_id, texts in acting.items()}
    completed = {work_id for work_id, outcome in outcomes.items() if outcome == "completed"}
    assert completed <= set(effects) <= set(acting)
    _log.info(
        "%d kills, %d works, %d interrupted, %d answers, %d observing works answered in two ways",
        KILLS,
        hub.asked,
        len(acting) - len(completed),
        hub.answered,
        sum(len(texts) > 1 for texts in hub.answers.values()),
    )
