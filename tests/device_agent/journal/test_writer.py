import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from device_agent.journal.ages import Ages
from device_agent.journal.database import open_database
from device_agent.journal.reserve import Reserve
from device_agent.journal.spool import Spool
from device_agent.journal.store import Store
from device_agent.journal.writer import Operation, Writer
from device_agent.protocol.task_state import WorkState
from tests.device_agent.journal.support import WAIT_S, Ear, small, wall, work

FULL = sqlite3.OperationalError("whatever")
FULL.sqlite_errorcode = sqlite3.SQLITE_FULL


@pytest.fixture
def writer(tmp_path: Path) -> Iterator[Writer]:
    limits = small(lazy_s=60.0)
    connection, _ = open_database(tmp_path)
    store = Store(connection, Spool(tmp_path), limits, Ages(wall), wall)
    writer = Writer(store, Reserve(tmp_path / "reserve", 4096), limits)
    writer.start()
    yield writer
    writer.close()


def insert(number: int, *, fail: list[Exception] | None = None) -> "Operation":
    def apply(store: Store) -> None:
        store.insert(work(number), WorkState.RUNNING)
        if fail:
            raise fail.pop(0)

    return Operation(apply)


def wait(writer: Writer) -> None:
    """Come back when all that was queued has been tried."""
    done = threading.Event()
    writer.submit(Operation(lambda _: None, done.set))
    assert done.wait(WAIT_S)


def keeps(writer: Writer) -> bool:
    ear: Ear[bool] = Ear()
    writer.submit(Operation(lambda _: None, lambda: ear(writer.keeps)))
    return bool(ear.next())


def found(writer: Writer, number: int) -> bool:
    ear: Ear[bool] = Ear()
    there: list[bool] = []
    look = Operation(
        lambda store: there.append(store.find("hub", work(number).work_id) is not None),
        lambda: ear(there[-1]),
    )
    writer.submit(look)
    return bool(ear.next())


def test_lazy_operations_wait_for_company_and_keep_their_place(writer: Writer) -> None:
    order: list[str] = []
    for name, lazy in (("a", True), ("b", True), ("c", False)):
        apply = lambda _, name=name: order.append(name)  # noqa: E731
        writer.submit(Operation(apply, lambda: order.append("done"), lazy=lazy))
    wait(writer)
    assert order[:6] == ["a", "b", "c", "done", "done", "done"]


def test_what_cannot_be_refused_is_tried_until_there_is_room(
    writer: Writer, tmp_path: Path
) -> None:
    room = threading.Event()
    tries, done = Ear[None](), Ear[None]()

    def apply(store: Store) -> None:
        tries()
        store.insert(work(1), WorkState.RUNNING)
        if not room.is_set():
            raise FULL

    writer.submit(Operation(apply, done))
    for _ in range(4):
        tries.next()
    assert writer.trouble == "no space: the disk of the journal is full"
    assert keeps(writer)
    assert not (tmp_path / "reserve").exists()
    room.set()
    done.next()
    wait(writer)
    assert (tmp_path / "reserve").exists()
    assert writer.trouble is None
    assert not keeps(writer)
    assert found(writer, 1)


def test_the_reserve_is_given_up_for_results_alone(writer: Writer, tmp_path: Path) -> None:
    refused: Ear[str] = Ear()

    def apply(store: Store) -> None:
        del store
        raise FULL

    writer.submit(Operation(apply, failed=refused))
    assert refused.next() == "no space: the disk of the journal is full"
    assert (tmp_path / "reserve").exists()


def test_one_failure_costs_no_other_operation_of_its_batch(writer: Writer) -> None:
    refused: Ear[str] = Ear()

    def apply(store: Store) -> None:
        store.insert(work(2), WorkState.RUNNING)
        raise sqlite3.IntegrityError

    with_lazy = Operation(insert(1).apply, lazy=True)
    writer.submit(with_lazy)
    writer.submit(Operation(apply, failed=refused, lazy=True))
    writer.submit(insert(3))
    assert str(refused.next()).startswith("the journal cannot be written")
    assert [found(writer, number) for number in (1, 2, 3)] == [True, False, True]


def test_the_reserve_is_used_once_and_helps(writer: Writer) -> None:
    done: Ear[None] = Ear()
    fails: list[Exception] = [FULL, FULL]
    operation = insert(1, fail=fails)
    writer.submit(Operation(operation.apply, done))
    done.next()
    assert fails == []
    wait(writer)
    assert found(writer, 1)


def test_closing_writes_what_waits_and_counts_what_cannot(tmp_path: Path) -> None:
    connection, _ = open_database(tmp_path)
    limits = small(retry_s=60.0, lazy_s=60.0)
    store = Store(connection, Spool(tmp_path), limits, Ages(wall), wall)
    writer = Writer(store, Reserve(tmp_path / "reserve", 4096), limits)
    writer.start()

    def never(store: Store) -> None:
        del store
        raise FULL

    writer.submit(Operation(insert(1).apply, lazy=True))
    writer.submit(Operation(never, lazy=True))
    assert writer.close() == 1
    connection, _ = open_database(tmp_path)
    assert connection.execute("SELECT count(*) FROM work").fetchone() == (1,)
    connection.close()


def test_a_disk_without_room_for_the_reserve_is_trouble_from_the_start(tmp_path: Path) -> None:
    connection, _ = open_database(tmp_path)
    store = Store(connection, Spool(tmp_path), small(), Ages(wall), wall)
    writer = Writer(store, Reserve(tmp_path / "nowhere" / "reserve", 4096), small())
    writer.start()
    wait(writer)
    assert writer.trouble is not None
    (tmp_path / "nowhere").mkdir()
    while writer.trouble is not None:
        wait(writer)
    writer.close()


def test_tidying_that_fails_is_tried_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    connection, _ = open_database(tmp_path)
    store = Store(connection, Spool(tmp_path), small(), Ages(wall), wall)
    fails: list[Exception] = [FULL]
    tidy = store.tidy

    def failing() -> tuple[int, bool]:
        if fails:
            raise fails.pop()
        return tidy()

    monkeypatch.setattr(store, "tidy", failing)
    writer = Writer(store, Reserve(tmp_path / "reserve", 0), small())
    writer.start()
    while fails or writer.trouble is not None:
        wait(writer)
    writer.close()
    connection, _ = open_database(tmp_path)
    assert connection.execute("SELECT count(*) FROM used").fetchone() == (1,)
    connection.close()


def test_many_old_works_are_dropped_in_portions(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("device_agent.journal.store._BATCH", 3)
    connection, _ = open_database(tmp_path)
    store = Store(connection, Spool(tmp_path), small(known_s=0.0), Ages(wall), wall)
    for number in range(10):
        store.insert(work(number), WorkState.DELIVERED)
    writer = Writer(store, Reserve(tmp_path / "reserve", 0), small(known_s=0.0))
    writer.start()
    while any(found(writer, number) for number in range(10)):
        wait(writer)
    writer.close()
