from device_agent.errors import Failure
from device_agent.protocol.answers import answer_to_server
from device_agent.protocol.codec import decode_client, encode
from device_agent.protocol.events import Accepted, Declined, Event, Recorded
from device_agent.protocol.messages import (
    Action,
    ActionResult,
    ClientId,
    Command,
    CommandResults,
    ResponseId,
    ServerTask,
    TaskId,
)
from device_agent.protocol.work import Outcome, PeerId, Work, work_of
from simulator.journal import KEPT_DELIVERED, MemoryJournal
from tests.simulator.support import NOW, clock

HUB = PeerId("ws://hub/ws")


def _command(name: str, tool: str = "screen_size") -> Work:
    action = Action(tool_name=tool)
    return work_of(Command(task_id=TaskId("t"), response_id=ResponseId(name), actions=(action,)))


class Book:
    """A journal and what it told."""

    def __init__(self) -> None:
        self.told: list[Event] = []
        self.opened = 0
        self.journal = MemoryJournal(clock, self._open)

    def _open(self) -> None:
        self.opened += 1

    def accept(self, work: Work) -> Event | None:
        """Accept; gives what was told about it."""
        before = len(self.told)
        self.journal.accept(HUB, work, self.told.append)
        new = self.told[before:]
        assert len(new) <= 1
        return new[0] if new else None

    def link(self, *accepts: str) -> list[Event]:
        """Come back on a new link; gives what was told."""
        before = len(self.told)
        self.journal.resume(HUB, accepts, self.told.append)
        return self.told[before:]

    def record(self, work: Work, answer: str) -> None:
        """Write an answer down."""
        self.journal.record(HUB, work, Outcome(), answer)


def test_a_work_runs_once_however_often_it_comes() -> None:
    book = Book()
    work = _command("c1")
    assert book.accept(work) == Accepted(work)
    assert book.accept(work) is None
    book.record(work, "answer")
    assert book.accept(work) == Recorded(work.work_id, "answer")


def test_the_same_ids_with_other_content_are_a_conflict() -> None:
    book = Book()
    book.accept(_command("c1"))
    declined = book.accept(_command("c1", "list_windows"))
    assert isinstance(declined, Declined)
    assert declined.outcome.failure is Failure.CONFLICT


def test_what_the_hub_does_not_have_comes_again_in_order_on_the_next_link() -> None:
    book = Book()
    works = [_command(f"c{number}") for number in range(4)]
    for work in works:
        book.accept(work)
        book.record(work, f"answer to {work.work_id}")
    assert book.told == [Accepted(work) for work in works]
    book.journal.delivered(HUB, (works[1].work_id,))
    left = [works[0], works[2], works[3]]
    assert book.link() == [Recorded(work.work_id, f"answer to {work.work_id}") for work in left]
    assert book.opened == 1


def test_an_answer_goes_to_the_link_that_serves_the_hub_then() -> None:
    book = Book()
    book.link()
    work = _command("c1")
    book.accept(work)
    book.record(work, "answer")
    assert book.told[-1] == Recorded(work.work_id, "answer")


def _ended_task(book: Book) -> Work:
    work = work_of(ServerTask(task_id=TaskId("again"), user_request="list windows"))
    book.accept(work)
    book.record(work, "answer")
    book.journal.delivered(HUB, (work.work_id,))
    return work


def test_a_task_id_is_free_again_once_its_end_arrived() -> None:
    book = Book()
    book.link()
    work = _ended_task(book)
    assert book.accept(work) == Accepted(work)


def test_with_acks_a_task_id_is_free_again_once_its_end_is_kept() -> None:
    book = Book()
    book.link("ack")
    work = _ended_task(book)
    assert book.accept(work) == Recorded(work.work_id, "answer")
    book.journal.confirmed(HUB, work.work_id)
    assert book.accept(work) == Accepted(work)


def test_delivered_answers_are_kept_for_duplicates_but_not_for_ever() -> None:
    book = Book()
    works = [_command(f"c{number}") for number in range(KEPT_DELIVERED + 3)]
    for work in works:
        book.accept(work)
        book.record(work, "answer")
        book.journal.sent(HUB, work.work_id)
        book.journal.delivered(HUB, (work.work_id,))
    assert book.accept(works[-1]) == Recorded(works[-1].work_id, "answer")
    assert book.accept(works[0]) == Accepted(works[0])


def test_an_answer_that_was_too_large_becomes_a_failure_that_says_so() -> None:
    book = Book()
    book.link()
    work = _command("c1", "screenshot")
    book.accept(work)
    large = Outcome(results=(ActionResult(status="success", result="x" * 5000),))
    book.record(work, encode(answer_to_server(ClientId("sim-0001"), work, large), NOW))
    book.journal.rejected(HUB, (work.work_id,))
    last = book.told[-1]
    assert isinstance(last, Recorded)
    smaller = decode_client(last.answer)
    assert isinstance(smaller, CommandResults)
    assert smaller.action_results is not None
    assert (smaller.action_results[0].error or "").startswith("result_too_large: ")
