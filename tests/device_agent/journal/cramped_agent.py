"""
Keeps journals on a disk that gets full: ``cramped_agent.py DIRECTORY tmpfs|limit FIRST LAST STEP``.

For every point of the sweep some more room is left when the disk gets full. Writes one line of JSON
for each; the room that is short is that of a small file system, or of the process's file sizes.
"""

import json
import os
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Protocol

from device_agent.journal.tasks import Journal
from device_agent.journal.works import Full, Limits, New
from tests.device_agent.journal.support import WAIT_S, Ear, accept, answer_of, wall, work

LIMITS = Limits(reserve_bytes=32 * 1024, inline_bytes=2048, retry_s=0.1, lazy_s=0.002)
BEFORE = 3
WHILE = 6
SIZES = (100, 700, 1900, 2100, 5000, 9000, 300, 3000, 60)
SPOILED = 1000


class Squeeze(Protocol):
    def on(self, state_dir: Path, point: int) -> None: ...
    def off(self) -> None: ...


class SmallDisk:
    """A file system that is filled up to *point* pages."""

    def __init__(self, root: Path) -> None:
        self._filler = root / "filler"

    def on(self, state_dir: Path, point: int) -> None:
        free = os.statvfs(state_dir)
        taken = max(free.f_bavail - point, 0) * free.f_frsize
        with self._filler.open("wb") as file:
            if taken:
                os.posix_fallocate(file.fileno(), 0, taken)

    def off(self) -> None:
        self._filler.unlink()


class SmallFiles:
    """A limit on the size of any file, *point* times 1.5 KiB above the log: it cuts writes."""

    def on(self, state_dir: Path, point: int) -> None:
        log = (state_dir / "journal.db-wal").stat().st_size
        self._set(log + point * 1536)

    def off(self) -> None:
        self._set(resource.RLIM_INFINITY)

    @staticmethod
    def _set(size_bytes: int) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (size_bytes, resource.RLIM_INFINITY))


@dataclass
class Run:
    """One journal through one shortage."""

    root: Path
    squeeze: Squeeze
    point: int
    accepted: list[int] = field(default_factory=list)
    told: dict[int, Ear[None]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def answer(self, number: int) -> str:
        return f"{number}:" + "x" * SIZES[number % len(SIZES)]

    def open(self, state_dir: Path) -> Journal:
        return Journal.open(state_dir, clock=wall, limits=LIMITS)

    def all(self) -> dict[str, object]:
        state_dir = self.root / "state"
        journal = self.open(state_dir)
        for number in range(BEFORE):
            self.accept(journal, number)
        self.squeeze.on(state_dir, self.point)
        for number in range(BEFORE, BEFORE + WHILE):
            self.accept(journal, number)
        refused = BEFORE + WHILE - len(self.accepted)
        for number in self.accepted:
            self.told[number] = Ear()
            journal.step("hub", work(number).work_id, 1)
            journal.finish(
                "hub", work(number).work_id, "completed", self.answer(number), self.told[number]
            )
        if accept(journal, work(SPOILED, acting=False)) != New():
            self.faults.append("an observing work was refused")
        kept_back = not journal.flush()
        self.look_at_copy(state_dir)
        self.recover(journal)
        self.look_again(state_dir)
        return {"refused": refused, "kept_back": kept_back, "faults": self.faults}

    def accept(self, journal: Journal, number: int) -> None:
        verdict = accept(journal, work(number))
        if isinstance(verdict, New):
            self.accepted.append(number)
        elif not isinstance(verdict, Full):
            self.faults.append(f"{number} was judged {verdict}")

    def look_at_copy(self, state_dir: Path) -> None:
        """What a kill would leave now: every accepted work, finished or to be interrupted."""
        elsewhere = Path(os.environ["ELSEWHERE"]) / f"copy-{self.point}"
        # Between two tries to write, and by a process that is not cramped itself.
        copy = 'ulimit -S -f unlimited && cp -r "$1" "$2"'
        subprocess.run(["sh", "-c", copy, "sh", state_dir, elsewhere], check=True)
        self.squeeze.off()
        with self.open(elsewhere) as journal:
            left = {item.work_id for item in journal.running_at_start()}
            if journal.recovered is not None:
                self.faults.append("the copy was broken")
            for number in self.accepted:
                if work(number).work_id in left:
                    continue
                if answer_of(journal, work(number)) != self.answer(number):
                    self.faults.append(f"{number} is lost in the copy")
        shutil.rmtree(elsewhere)

    def recover(self, journal: Journal) -> None:
        for ear in self.told.values():
            ear.next()
        deadline_s = time.monotonic() + WAIT_S
        while journal.trouble is not None and time.monotonic() < deadline_s:
            time.sleep(0.002)
        if accept(journal, work(SPOILED + 1)) != New():
            self.faults.append("new work is refused although there is room")
        journal.mark_delivered("hub", [work(self.accepted[0]).work_id])
        journal.close()

    def look_again(self, state_dir: Path) -> None:
        with self.open(state_dir) as journal:
            for number in self.accepted:
                if answer_of(journal, work(number)) != self.answer(number):
                    self.faults.append(f"{number} is lost")
            left = {item.work_id for item in journal.running_at_start()}
            if left - {work(SPOILED).work_id} != {work(SPOILED + 1).work_id}:
                self.faults.append(f"unfinished: {sorted(left)}")
            if (state_dir / "reserve").stat().st_size != LIMITS.reserve_bytes:
                self.faults.append("no reserve")


def main() -> None:
    root = Path(sys.argv[1])
    squeeze = SmallDisk(root) if sys.argv[2] == "tmpfs" else SmallFiles()
    for point in range(*map(int, sys.argv[3:6])):
        directory = root / str(point)
        directory.mkdir()
        line = json.dumps({"point": point, **Run(directory, squeeze, point).all()})
        sys.stdout.write(line + "\n")
        sys.stdout.flush()
        shutil.rmtree(directory)


if __name__ == "__main__":
    main()
