import asyncio
from pathlib import Path

import pytest

from device_agent.journal.tasks import Journal
from device_agent.journal.view import JournalView
from device_agent.journal.works import (
    Answered,
    Conflict,
    Full,
    New,
    NewWork,
    Pending,
    Running,
    Verdict,
)
from device_agent.protocol.task_state import WorkState
from tests.device_agent.journal.support import (
    Ear,
    accept,
    answer_of,
    finish,
    open_journal,
    small,
    undelivered,
    wall,
    work,
)


def ids(pending: list[Pending]) -> list[str]:
    return [item.work_id for item in pending]


def states(state_dir: Path) -> dict[str, WorkState]:
    with JournalView.open(state_dir) as view:
        return {row.work_id: row.state for row in view.works()}


def test_acting_work_is_on_disk_before_it_may_run(tmp_path: Path) -> None:
    seen: Ear[dict[str, WorkState]] = Ear()
    with open_journal(tmp_path) as journal:
        journal.accept(work(), lambda _: seen(states(tmp_path)))
        assert seen.next() == {work().work_id: WorkState.RUNNING}


def test_the_outcome_is_on_disk_before_it_may_be_sent(tmp_path: Path) -> None:
    seen: Ear[dict[str, WorkState]] = Ear()
    with open_journal(tmp_path) as journal:
        accept(journal, work())
        journal.finish("hub", work().work_id, "failed", "no", lambda: seen(states(tmp_path)))
        assert seen.next() == {work().work_id: WorkState.DONE}


def test_a_second_delivery_of_running_work_is_only_told_so(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        assert accept(journal, work()) == New()
        assert accept(journal, work()) == Running()


def test_a_second_delivery_of_finished_work_gets_the_same_answer(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        accept(journal, work())
        finish(journal, work(), "ünïcode 😀")
        assert accept(journal, work()) == Answered("ünïcode 😀")
    with open_journal(tmp_path) as journal:
        assert accept(journal, work()) == Answered("ünïcode 😀")


def test_a_delivered_command_stays_known(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        accept(journal, work())
        finish(journal, work())
        journal.mark_sent("hub", [work().work_id])
        journal.mark_delivered("hub", [work().work_id])
        assert accept(journal, work()) == Answered("answer")


def test_the_first_outcome_stands(tmp_path: Path) -> None:
    late: Ear[None] = Ear()
    with open_journal(tmp_path) as journal:
        accept(journal, work())
        finish(journal, work(), "first")
        assert not journal.finish("hub", work().work_id, "interrupted", "second", late)
        assert answer_of(journal, work()) == "first"
        assert late.silent


def test_work_that_was_never_accepted_cannot_be_finished(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        assert not journal.finish("hub", "unheard of", "completed", "", lambda: None)
        journal.mark_delivered("hub", ["unheard of"])
        journal.step("hub", "unheard of", 3)
        assert journal.flush()


def test_undelivered_answers_come_in_the_order_of_finishing(tmp_path: Path) -> None:
    works = [work(1), work(2, acting=False), work(3)]
    with open_journal(tmp_path) as journal:
        for item in works:
            accept(journal, item)
        for item in reversed(works):
            finish(journal, item, f"answer {item.response_id}")
        assert ids(undelivered(journal)) == [item.work_id for item in reversed(works)]
        assert [item.sent for item in undelivered(journal)] == [False] * 3
        journal.mark_sent("hub", [works[1].work_id, works[2].work_id])
        assert [item.sent for item in undelivered(journal)] == [True, True, False]
        journal.mark_delivered("hub", [works[1].work_id])
        assert ids(undelivered(journal)) == [works[2].work_id, works[0].work_id]
        assert answer_of(journal, works[0]) == "answer r1"


def test_marks_survive_a_restart(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        for number in range(4):
            accept(journal, work(number))
            finish(journal, work(number))
        journal.mark_sent("hub", [work(1).work_id])
        journal.mark_delivered("hub", [work(2).work_id])
        journal.mark_confirmed("hub", [work(3).work_id])
    with open_journal(tmp_path) as journal:
        assert ids(undelivered(journal)) == [work(0).work_id, work(1).work_id]
        assert states(tmp_path)[work(3).work_id] is WorkState.CONFIRMED


def test_work_in_hand_at_a_crash_is_found_and_interrupted_for_good(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        accept(journal, work(1))
        accept(journal, work(2, acting=False))
        journal.step("hub", work(1).work_id, 3)
    with open_journal(tmp_path) as journal:
        left = journal.running_at_start()
        assert [(item.work_id, item.position, item.acting) for item in left] == [
            (work(1).work_id, 3, True),
            (work(2).work_id, 0, False),
        ]
        assert left[0].accepted_at == wall()
        assert accept(journal, work(1)) == Running()
        for item in (work(1), work(2)):
            finish(journal, item, f"interrupted {item.response_id}", "interrupted")
    with open_journal(tmp_path) as journal:
        assert journal.running_at_start() == []
        assert accept(journal, work(1)) == Answered("interrupted r1")
        assert accept(journal, work(2, acting=False)) == Answered("interrupted r2")


def test_a_step_can_be_waited_for(tmp_path: Path) -> None:
    ear: Ear[None] = Ear()
    with open_journal(tmp_path) as journal:
        accept(journal, work())
        journal.step("hub", work().work_id, 2, ear)
        ear.next()
        with JournalView.open(tmp_path) as view:
            assert view.works()[0].position == 2


def test_observing_work_is_told_before_the_disk_is_asked(tmp_path: Path) -> None:
    heard: list[Verdict] = []
    with open_journal(tmp_path) as journal:
        assert journal.flush()
        journal.accept(work(acting=False), heard.append)
        assert heard == [New()]
        assert journal.flush()
        assert states(tmp_path) == {work().work_id: WorkState.RECEIVED}


def test_an_observed_answer_is_never_on_disk_and_runs_again_after_delivery(tmp_path: Path) -> None:
    seen = work(acting=False)
    with open_journal(tmp_path) as journal:
        accept(journal, seen)
        finish(journal, seen, "a picture")
        assert accept(journal, seen) == Answered("a picture")
        assert answer_of(journal, seen) == "a picture"
        journal.mark_sent("hub", [seen.work_id])
        assert accept(journal, seen) == Answered("a picture")
        journal.mark_delivered("hub", [seen.work_id])
        assert accept(journal, seen) == New()
        assert journal.flush()
    assert b"a picture" not in b"".join(
        path.read_bytes() for path in tmp_path.iterdir() if path.is_file()
    )


def test_an_observed_answer_that_was_sent_is_not_answered_otherwise_later(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        accept(journal, work(acting=False))
        finish(journal, work(acting=False))
        journal.mark_sent("hub", [work().work_id])
    with open_journal(tmp_path) as journal:
        assert journal.running_at_start() == []
        assert undelivered(journal) == []
        assert accept(journal, work(acting=False)) == New()


def test_long_answers_are_files_and_come_back_whole(tmp_path: Path) -> None:
    long = "x" * 200_000 + "é"
    with open_journal(tmp_path) as journal:
        accept(journal, work())
        finish(journal, work(), long)
        assert len(list((tmp_path / "spool").iterdir())) == 1
    with open_journal(tmp_path) as journal:
        assert undelivered(journal)[0].size_bytes == len(long.encode())
        assert accept(journal, work()) == Answered(long)


def test_answers_nobody_fetched_fill_the_quota_and_new_work_is_refused(tmp_path: Path) -> None:
    with open_journal(tmp_path, small(quota_bytes=1000)) as journal:
        for number in (1, 2):
            assert accept(journal, work(number)) == New()
        finish(journal, work(1), "x" * 1200)
        assert isinstance(accept(journal, work(3)), Full)
        assert accept(journal, work(4, acting=False)) == New()
        finish(journal, work(2), "y" * 1200)
        assert answer_of(journal, work(2)) == "y" * 1200
        assert accept(journal, work(1)) == Answered("x" * 1200)
        journal.mark_delivered("hub", [work(1).work_id, work(2).work_id])
        assert accept(journal, work(3)) == New()


def test_a_delivered_answer_gives_way_to_new_ones(tmp_path: Path) -> None:
    with open_journal(tmp_path, small(quota_bytes=1000, inline_bytes=100)) as journal:
        for number in (1, 2, 3):
            accept(journal, work(number))
            finish(journal, work(number), str(number) * 400)
            journal.mark_delivered("hub", [work(number).work_id])
        assert isinstance(accept(journal, work(1)), Conflict)
        assert accept(journal, work(2)) == Answered("2" * 400)
        assert len(list((tmp_path / "spool").iterdir())) == 2


def test_observed_answers_nobody_fetched_fill_the_memory(tmp_path: Path) -> None:
    with open_journal(tmp_path, small(memory_bytes=1000)) as journal:
        accept(journal, work(1, acting=False))
        finish(journal, work(1, acting=False), "x" * 1000)
        assert isinstance(accept(journal, work(2, acting=False)), Full)
        assert accept(journal, work(3)) == New()
        journal.mark_delivered("hub", [work(1).work_id])
        assert accept(journal, work(2, acting=False)) == New()


def test_what_is_old_is_dropped_and_what_waits_is_kept_longer(tmp_path: Path) -> None:
    limits = small(known_s=0.0, undelivered_s=3600.0, inline_bytes=10)
    with open_journal(tmp_path) as journal:
        for number in (1, 2, 3):
            accept(journal, work(number))
        finish(journal, work(1), "x" * 100)
        finish(journal, work(2), "y" * 100)
        journal.mark_delivered("hub", [work(1).work_id])
    with open_journal(tmp_path, limits) as journal:
        assert journal.flush()
    assert set(states(tmp_path)) == {work(2).work_id, work(3).work_id}
    with open_journal(tmp_path, small(undelivered_s=0.0)) as journal:
        assert journal.flush()
    assert set(states(tmp_path)) == {work(3).work_id}


def test_a_text_that_is_no_unicode_is_refused_before_anything_happens(tmp_path: Path) -> None:
    with open_journal(tmp_path) as journal:
        with pytest.raises(ValueError, match="surrogates"):
            accept(journal, work(peer="\ud800"))
        accept(journal, work())
        with pytest.raises(ValueError, match="surrogates"):
            finish(journal, work(), "\ud800")
        finish(journal, work(), "still open")


def test_a_callback_that_fails_stops_nobody_else(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    def fail(_: Verdict) -> None:
        raise ZeroDivisionError

    with open_journal(tmp_path) as journal:
        journal.accept(work(1), fail)
        assert accept(journal, work(2)) == New()
    assert "a callback of the journal failed" in caplog.text


@pytest.mark.usefixtures("no_blocking")
def test_nothing_blocks_the_loop_and_every_word_comes_on_it(tmp_path: Path) -> None:
    async def life(journal: Journal, new: NewWork) -> list[Pending]:
        loop = asyncio.get_running_loop()
        accepted, sent, listed = loop.create_future(), loop.create_future(), loop.create_future()
        journal.accept(new, accepted.set_result)
        assert await accepted == New()
        journal.finish(new.peer, new.work_id, "completed", "yes", lambda: sent.set_result(None))
        await sent
        journal.mark_sent(new.peer, [new.work_id])
        journal.undelivered(new.peer, listed.set_result)
        pending: list[Pending] = await listed
        return pending

    async def main() -> None:
        loop = asyncio.get_running_loop()
        journal = await asyncio.to_thread(
            lambda: Journal.open(tmp_path, clock=wall, post=loop.call_soon_threadsafe)
        )
        for new in (work(1), work(2, acting=False)):
            assert new.work_id in ids(await life(journal, new))
        await asyncio.to_thread(journal.close)

    asyncio.run(main())


@pytest.mark.parametrize("acting", [True, False])
@pytest.mark.parametrize("size", [10, 100_000])
def test_an_undelivered_answer_can_be_replaced(tmp_path: Path, size: int, *, acting: bool) -> None:
    ear: Ear[None] = Ear()
    with open_journal(tmp_path) as journal:
        accept(journal, work(acting=acting))
        finish(journal, work(acting=acting), "x" * 200_000)
        journal.mark_sent("hub", [work().work_id])
        journal.replace("hub", work().work_id, "y" * size, ear)
        ear.next()
        assert answer_of(journal, work()) == "y" * size
        assert [item.size_bytes for item in undelivered(journal)] == [size]
        spooled = list((tmp_path / "spool").iterdir())
        assert len(spooled) == (1 if acting and size > 65536 else 0)


def test_a_delivered_answer_is_not_replaced(tmp_path: Path) -> None:
    ear: Ear[None] = Ear()
    with open_journal(tmp_path) as journal:
        accept(journal, work())
        finish(journal, work())
        journal.mark_delivered("hub", [work().work_id])
        journal.replace("hub", work().work_id, "other", ear)
        assert answer_of(journal, work()) == "answer"
        assert ear.silent
