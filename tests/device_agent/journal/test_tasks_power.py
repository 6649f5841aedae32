"""A power cut leaves what was synced and any part of what was not; replayed here on real files."""

import random
import shutil
from functools import partial
from pathlib import Path

import pytest

from device_agent.journal.store import Store
from device_agent.journal.tasks import Journal
from tests.device_agent.journal.support import Ear, answer_of, open_journal, small, work

WORKS = 12
CUTS = 120


class Diary:
    """How long the log was when each promise was made."""

    def __init__(self, state_dir: Path) -> None:
        self.log = state_dir / "journal.db-wal"
        self.accepted: dict[int, int] = {}
        self.finished: dict[int, int] = {}

    def fill(self, journal: Journal) -> None:
        for number in range(WORKS):
            accepted: Ear[int] = Ear()
            journal.accept(work(number), partial(self.tell, accepted))
            self.accepted[number] = accepted.next() or 0
            if number % 3:
                finished: Ear[int] = Ear()
                ids = work(number).peer, work(number).work_id
                told = partial(self.tell, finished)
                journal.finish(*ids, "completed", answer(number), told)
                self.finished[number] = finished.next() or 0

    def tell(self, ear: Ear[int], _: object = None) -> None:
        ear(self.length())

    def length(self) -> int:
        return self.log.stat().st_size


def answer(number: int) -> str:
    return f"{number}:" + "x" * (number * 100)


@pytest.fixture(scope="module")
def live(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Diary]:
    """A journal whose log was never folded in, as it lies on disk in the middle of its life."""
    state_dir = tmp_path_factory.mktemp("live")
    diary = Diary(state_dir)
    frozen = tmp_path_factory.mktemp("frozen") / "state"
    with open_journal(state_dir, small(reserve_bytes=0)) as journal:
        journal.flush()
        diary.fill(journal)
        shutil.copytree(state_dir, frozen)
    return frozen, diary


def check(state_dir: Path, diary: Diary, synced_bytes: int) -> None:
    """Every promise made while the log was no longer than what was synced must be kept."""
    with open_journal(state_dir, small(reserve_bytes=0)) as journal:
        assert journal.recovered is None
        left = {item.work_id for item in journal.running_at_start()}
        for number, length in diary.accepted.items():
            finished = diary.finished.get(number)
            if finished is not None and finished <= synced_bytes:
                assert answer_of(journal, work(number)) == answer(number)
            elif length <= synced_bytes:
                kept = answer_of(journal, work(number))
                assert work(number).work_id in left or kept == answer(number)


@pytest.mark.parametrize("rest", ["missing", "zeros", "garbage", "old"])
def test_what_was_promised_survives_whatever_happened_to_the_rest(
    live: tuple[Path, Diary], tmp_path: Path, rest: str
) -> None:
    frozen, diary = live
    log = (frozen / "journal.db-wal").read_bytes()
    chance = random.Random(rest)
    for cut in range(CUTS // 4):
        synced = chance.choice([*diary.accepted.values(), *diary.finished.values()])
        length = len(log) - synced
        tail = {
            "missing": log[synced : synced + chance.randrange(length + 1)],
            "zeros": bytes(length),
            "garbage": chance.randbytes(length),
            "old": log[:length],
        }[rest]
        state_dir = tmp_path / str(cut)
        shutil.copytree(frozen, state_dir)
        (state_dir / "journal.db-wal").write_bytes(log[:synced] + tail)
        (state_dir / "journal.db-shm").unlink()
        check(state_dir, diary, synced)


def test_every_promise_waits_for_the_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """No verdict and no outcome is told while the transaction that holds it is open."""
    events: list[str] = []
    commit = Store.commit

    def noted(self: Store) -> None:
        commit(self)
        events.append("commit")

    def tell(ear: Ear[None], event: str, _: object = None) -> None:
        events.append(event)
        ear()

    monkeypatch.setattr(Store, "commit", noted)
    with open_journal(tmp_path) as journal:
        journal.flush()
        events.clear()
        accepted, done = Ear[None](), Ear[None]()
        journal.accept(work(), partial(tell, accepted, "accepted"))
        accepted.next()
        ids = work().peer, work().work_id
        assert journal.finish(*ids, "failed", "", partial(tell, done, "done"))
        done.next()
        assert events == ["commit", "accepted", "commit", "done"]
