"""Who hears which answer, on which link, and how much at once; with a real journal."""

import json
from pathlib import Path
from typing import Any

import pytest

from device_agent.errors import Failure
from device_agent.protocol.answers import answer_to_client, answer_to_server
from device_agent.protocol.codec import encode
from device_agent.protocol.events import Accepted, Declined, Recorded
from device_agent.protocol.messages import ActionResult, ClientId
from device_agent.protocol.work import Outcome, PeerId, Work, WorkId
from device_agent.runtime import resending
from device_agent.runtime.clock import now_text
from tests.device_agent.runtime.rigs import (
    HUB,
    OTHER,
    Inside,
    Teller,
    act,
    asked,
    inside,
    ordered,
    run_async,
    sh,
)

GALAXY = PeerId("listen:rig")
KIB = 1024


async def accepted(rig: Inside, work: Work, teller: Teller, peer: PeerId = HUB) -> None:
    before = len(teller.of(Accepted))
    rig.ledger.accept(peer, work, teller)
    await teller.heard(Accepted, before + 1)
    rig.behind.desk.forget(peer, work)


def record(rig: Inside, work: Work, text: str = "", peer: PeerId = HUB) -> str:
    result = ActionResult(status="success", result={"stdout": text})
    if work.kind == "command":
        answer = answer_to_server(ClientId("d1"), work, Outcome(results=(result,)))
    else:
        answer = answer_to_client(work, Outcome(result={"steps": text}))
    said = encode(answer, now_text())
    rig.ledger.record(peer, work, Outcome(results=(result,)), said)
    return said


def resume(rig: Inside, teller: Teller, peer: PeerId = HUB, *accepts: str) -> None:
    rig.ledger.resume(peer, accepts, teller)


def test_an_answer_goes_to_the_link_that_asked_while_it_is_open(tmp_path: Path) -> None:
    async def story() -> None:
        async with inside(tmp_path) as rig:
            first, second = Teller(), Teller()
            for teller in (first, second):
                resume(rig, teller, GALAXY)
            one, two = asked("a", "1"), asked("b", "2")
            await accepted(rig, one, first, GALAXY)
            await accepted(rig, two, first, GALAXY)
            record(rig, one, peer=GALAXY)
            (told,) = await first.heard(Recorded)
            assert told.work_id == one.work_id
            assert not second.of(Recorded)
            rig.ledger.delivered(GALAXY, (one.work_id,))
            assert not rig.ledger.gone(GALAXY, first), "it was not the peer's last link"
            record(rig, two, peer=GALAXY)
            (told,) = await second.heard(Recorded)
            assert told.work_id == two.work_id
            assert rig.ledger.gone(GALAXY, second)

    run_async(story)


def test_what_went_out_on_a_link_that_died_comes_again_on_the_one_that_is_left(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with inside(tmp_path) as rig:
            dying, left = Teller(), Teller()
            for teller in (dying, left):
                resume(rig, teller, GALAXY)
            work = asked("a")
            await accepted(rig, work, dying, GALAXY)
            said = record(rig, work, peer=GALAXY)
            await dying.heard(Recorded)
            rig.ledger.gone(GALAXY, dying)
            (told,) = await left.heard(Recorded)
            assert told == Recorded(work.work_id, said)

    run_async(story)


def test_nothing_of_one_peer_goes_to_another(tmp_path: Path) -> None:
    async def story() -> None:
        async with inside(tmp_path) as rig:
            ours, other = Teller(), Teller()
            await accepted(rig, ordered("1", sh("a")), ours)
            record(rig, ordered("1", sh("a")), "secret")
            resume(rig, other, OTHER)
            await accepted(rig, ordered("1", sh("a")), other, OTHER)
            record(rig, ordered("1", sh("a")), "theirs", OTHER)
            (told,) = await other.heard(Recorded)
            assert "theirs" in told.answer
            resume(rig, ours)
            (told,) = await ours.heard(Recorded)
            assert "secret" in told.answer
            assert len(other.of(Recorded)) == 1

    run_async(story)


def test_S2_31_a_duplicate_waits_for_the_first_and_then_gets_the_same_words(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        async with inside(tmp_path) as rig:
            teller = Teller()
            resume(rig, teller)
            work = ordered("1", sh("a"))
            rig.ledger.accept(HUB, work, teller)
            rig.ledger.accept(HUB, work, teller)
            rig.ledger.accept(HUB, work, teller)
            await teller.heard(Accepted)
            other = ordered("1", sh("b"))
            rig.ledger.accept(HUB, other, teller)
            (declined,) = await teller.heard(Declined)
            assert declined.outcome.failure is Failure.CONFLICT
            assert len(rig.behind.desk._expected) == 1
            rig.behind.desk.forget(HUB, work)
            said = record(rig, work)
            await teller.heard(Recorded)
            rig.ledger.accept(HUB, work, teller)
            await teller.heard(Recorded, 2)
            assert [told.answer for told in teller.of(Recorded)] == [said, said]
            assert len(teller.of(Accepted)) == 1
            assert not rig.behind.desk._expected, "no place is kept for a duplicate"

    run_async(story)


def test_when_there_is_no_room_what_is_known_still_gets_its_answer(tmp_path: Path) -> None:
    async def story() -> None:
        async with inside(tmp_path) as rig:
            teller = Teller()
            resume(rig, teller)
            known, running = ordered("1", sh("a")), ordered("2", sh("a"))
            await accepted(rig, known, teller)
            await accepted(rig, running, teller)
            said = record(rig, known)
            await teller.heard(Recorded)
            rig.behind.desk.stopping = True
            rig.ledger.accept(HUB, known, teller)
            await teller.heard(Recorded, 2)
            assert teller.of(Recorded)[1].answer == said
            rig.ledger.accept(HUB, running, teller)
            rig.ledger.accept(HUB, ordered("2", sh("other")), teller)
            rig.ledger.accept(HUB, ordered("3", sh("a")), teller)
            declined = await teller.heard(Declined, 2)
            words = [each.outcome.failure for each in declined]
            assert words == [Failure.CONFLICT, Failure.BUSY]
            assert len(teller.of(Recorded)) == 2

    run_async(story)


def test_much_is_sent_again_in_portions_and_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resending, "WINDOW_BYTES", 200 * KIB)

    async def story() -> None:
        async with inside(tmp_path) as rig:
            away = Teller()
            works = [ordered(str(number), sh("a")) for number in range(6)]
            said = []
            for work in works:
                await accepted(rig, work, away)
                said.append(record(rig, work, "x" * 100 * KIB))
            back = Teller()
            resume(rig, back)
            heard: list[Any] = []
            for _ in range(3):
                told = (await back.heard(Recorded, len(heard) + 2))[len(heard) :]
                assert len(told) == 2
                heard += told
                rig.ledger.delivered(HUB, tuple(each.work_id for each in told))
            assert [each.answer for each in heard] == said
            assert not rig.ledger._resending
            again = Teller()
            resume(rig, again)
            await accepted(rig, ordered("last", sh("a")), again)
            assert not again.of(Recorded), "what was delivered does not come again"

    run_async(story)


def test_an_answer_whose_file_is_gone_does_not_hold_up_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(resending, "WINDOW_WORKS", 1)

    async def story() -> None:
        async with inside(tmp_path) as rig:
            away, back = Teller(), Teller()
            for number in range(2):
                work = ordered(str(number), sh("a"))
                await accepted(rig, work, away)
                record(rig, work, "x" * 100 * KIB)
            for path in sorted((tmp_path / "state" / "spool").iterdir())[:1]:
                path.unlink()
            resume(rig, back)
            (told,) = await back.heard(Recorded)
            rig.ledger.delivered(HUB, (told.work_id,))
            await accepted(rig, ordered("next", sh("a")), back)

    run_async(story)


@pytest.mark.parametrize("peer", [HUB, GALAXY])
def test_what_was_too_large_is_never_sent_again_as_it_was(tmp_path: Path, peer: PeerId) -> None:
    async def story() -> None:
        async with inside(tmp_path) as rig:
            teller = Teller()
            resume(rig, teller, peer)
            listening = peer == GALAXY
            small, large = (
                (asked("a", "1"), asked("b", "2"))
                if listening
                else (ordered("1", sh("a")), ordered("2", sh("b")))
            )
            said = {}
            for work, size in ((small, 10), (large, 2000 * KIB)):
                await accepted(rig, work, teller, peer)
                said[work.work_id] = record(rig, work, "x" * size, peer)
            await teller.heard(Recorded, 2)
            # The link closes with 1009, and the next one opens while the journal is still busy.
            rig.ledger.rejected(peer, (small.work_id, large.work_id, small.work_id))
            rig.ledger.gone(peer, teller)
            back = Teller()
            resume(rig, back, peer)
            told = {each.work_id: each.answer for each in await back.heard(Recorded, 2)}
            assert told[small.work_id] == said[small.work_id]
            frame = json.loads(told[large.work_id])
            text = json.dumps(frame)
            assert "result_too_large" in text
            assert len(text) < 2 * KIB
            assert frame["session_id"] == ("2" if listening else "t")
            assert not rig.ledger._shrinking
            assert not rig.ledger._held_back

    run_async(story)


def test_a_rejection_of_what_has_arrived_meanwhile_changes_nothing(tmp_path: Path) -> None:
    async def story() -> None:
        async with inside(tmp_path) as rig:
            teller = Teller()
            resume(rig, teller)
            work = ordered("1", sh("a"))
            await accepted(rig, work, teller)
            record(rig, work)
            await teller.heard(Recorded)
            rig.ledger.delivered(HUB, (work.work_id,))
            rig.ledger.rejected(HUB, (work.work_id, WorkId("unknown")))
            resume(rig, teller)
            await accepted(rig, ordered("2", sh("a")), teller)
            assert len(teller.of(Recorded)) == 1
            assert not rig.ledger._shrinking

    run_async(story)


def test_S2_30_what_ran_when_the_agent_died_is_answered_as_interrupted(tmp_path: Path) -> None:
    async def story() -> None:
        teller = Teller()
        async with inside(tmp_path) as rig:
            await accepted(rig, ordered("1", sh("a"), sh("b"), sh("c")), teller)
            rig.journal.step(HUB, ordered("1", sh("a")).work_id, 2)
            await accepted(rig, asked("run a"), teller, GALAXY)
            await accepted(rig, ordered("look", act("screen_size")), teller)
        async with inside(tmp_path) as rig:
            hub, galaxy = Teller(), Teller()
            resume(rig, hub)
            resume(rig, galaxy, GALAXY)
            answers = [json.loads(told.answer) for told in await hub.heard(Recorded, 2)]
            (end,) = [json.loads(told.answer) for told in await galaxy.heard(Recorded)]
            results = answers[0]["action_results"]
            assert [result["status"] for result in results] == ["none", "failure", "failure"]
            assert results[1]["error"].startswith("interrupted: ")
            assert answers[1]["prev_response_id"] == "look"
            assert (end["type"], end["status"], end["session_id"]) == ("task_end", "failed", "t")
            assert end["error"].startswith("interrupted: ")

    run_async(story)


def test_a_confirmed_answer_is_forgotten(tmp_path: Path) -> None:
    async def story() -> None:
        async with inside(tmp_path) as rig:
            teller, back = Teller(), Teller()
            resume(rig, teller, HUB, "ack")
            work = ordered("1", sh("a"))
            await accepted(rig, work, teller)
            record(rig, work)
            await teller.heard(Recorded)
            rig.ledger.sent(HUB, work.work_id)
            rig.ledger.confirmed(HUB, work.work_id)
            resume(rig, back)
            await accepted(rig, ordered("2", sh("a")), back)
            assert not back.of(Recorded)

    run_async(story)


def test_a_full_spool_refuses_new_work_and_says_so(tmp_path: Path) -> None:
    async def story() -> None:
        async with inside(tmp_path) as rig:
            teller = Teller()
            rig.journal._limits = type(rig.journal._limits)(quota_bytes=1)
            await accepted(rig, ordered("1", sh("a")), teller)
            record(rig, ordered("1", sh("a")), "kept")
            rig.ledger.accept(HUB, ordered("2", sh("a")), teller)
            (declined,) = await teller.heard(Declined)
            assert declined.outcome.failure is Failure.NO_SPACE
            assert not rig.behind.desk._expected

    run_async(story)
