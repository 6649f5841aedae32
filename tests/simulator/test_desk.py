from device_agent.errors import Failure
from device_agent.protocol.events import Done, Event, Step
from device_agent.protocol.messages import Action, Command, Json, ResponseId, ServerTask, TaskId
from device_agent.protocol.work import Outcome, PeerId, Work, work_of
from simulator.desk import PACE_S, Desk
from tests.simulator.support import Alarms, machine

HUB = PeerId("ws://hub/ws")


class Bench:
    """A desk, its alarms, and what it told."""

    def __init__(self) -> None:
        self.alarms = Alarms()
        self.machine = machine()
        self.desk = Desk(self.machine, self.alarms.later)
        self.told: list[Event] = []
        self.ended_at: dict[str, float] = {}

    def tell(self, event: Event) -> None:
        self.told.append(event)
        if isinstance(event, Done):
            self.ended_at[event.work.work_id] = self.alarms.now_s

    def give(self, work: Work) -> Work:
        self.desk.run(HUB, work, self.tell)
        return work

    def outcome(self, work: Work) -> Outcome:
        (found,) = [
            each.outcome for each in self.told if isinstance(each, Done) and each.work is work
        ]
        return found


def command(name: str, *actions: Action, task: str = "t") -> Work:
    return work_of(Command(task_id=TaskId(task), response_id=ResponseId(name), actions=actions))


def task(words: str, name: str = "t") -> Work:
    return work_of(ServerTask(task_id=TaskId(name), user_request=words))


def do(tool: str, **parameters: Json) -> Action:
    return Action(tool_name=tool, parameters=parameters)


def test_a_command_has_one_result_per_action_in_order() -> None:
    bench = Bench()
    work = bench.give(command("c", do("type_text", text="a"), do("screen_size"), do("list_tools")))
    bench.alarms.run()
    results = bench.outcome(work).results
    assert [result.status for result in results] == ["success"] * 3
    assert results[0].result == {}
    assert isinstance(results[2].result, list)
    steps = [event for event in bench.told if isinstance(event, Step)]
    assert [(step.step, step.total) for step in steps] == [(1, 3), (2, 3), (3, 3)]


def test_the_names_of_ufo_are_answered_in_its_shape() -> None:
    bench = Bench()
    work = bench.give(command("c", do("execute_command", command="echo hi"), do("get_system_info")))
    bench.alarms.run()
    first, second = bench.outcome(work).results
    assert first.result == {"success": True, "exit_code": 0, "stdout": "hi\n", "stderr": ""}
    assert first.namespace == "BashExecutor"
    assert set(second.result) == {"uname", "uptime", "memory", "disk"}


def test_after_a_failure_the_rest_is_skipped() -> None:
    bench = Bench()
    work = bench.give(command("c", do("screen_size"), do("fly"), do("screen_size")))
    bench.alarms.run()
    results = bench.outcome(work).results
    assert [result.status for result in results] == ["success", "failure", "skipped"]
    assert (results[1].error or "").startswith("unknown_tool: ")


def test_an_empty_command_ends_at_once() -> None:
    bench = Bench()
    work = bench.give(command("c"))
    assert bench.outcome(work) == Outcome()


def test_a_task_in_words_gives_its_steps() -> None:
    bench = Bench()
    work = bench.give(task('type "hello" then list windows'))
    bench.alarms.run()
    outcome = bench.outcome(work)
    assert outcome.failure is None
    assert [step["tool"] for step in outcome.result["steps"]] == ["type_text", "list_windows"]
    assert bench.machine.screen.shows("hello")


def test_a_task_with_actions_needs_no_words() -> None:
    bench = Bench()
    request = ServerTask(task_id=TaskId("t"), actions=(do("wait", seconds=1.0),))
    work = bench.give(work_of(request))
    bench.alarms.run()
    assert bench.outcome(work).failure is None


def test_words_that_mean_nothing_fail_the_task() -> None:
    bench = Bench()
    work = bench.give(task("water the plants"))
    assert bench.outcome(work).failure is Failure.NOT_UNDERSTOOD


def test_what_acts_waits_for_what_acts_and_what_looks_does_not() -> None:
    bench = Bench()
    long = bench.give(command("long", do("shell", command="sleep 10")))
    second = bench.give(command("second", do("type_text", text="x")))
    look = bench.give(command("look", do("screen_size")))
    bench.alarms.run()
    assert bench.ended_at[look.work_id] < PACE_S[1] < 10.0
    assert 10.0 <= bench.ended_at[long.work_id] < bench.ended_at[second.work_id]


def test_every_call_takes_a_little_time_and_always_the_same() -> None:
    ends = []
    for _ in range(2):
        bench = Bench()
        works = [bench.give(command(f"c{number}", do("screen_size"))) for number in range(9)]
        bench.alarms.run()
        ends.append([bench.ended_at[work.work_id] for work in works])
    assert ends[0] == ends[1]
    assert all(PACE_S[0] <= each < PACE_S[1] for each in ends[0])
    assert len(set(ends[0])) == len(ends[0])


def test_a_cancelled_task_ends_at_once_and_only_once() -> None:
    bench = Bench()
    work = bench.give(task("run sleep 50", "t1"))
    waiting = bench.give(task("run sleep 50", "t2"))
    other = bench.give(task("run sleep 1", "t3"))
    bench.desk.cancel(HUB, TaskId("t2"), "not needed")
    assert bench.outcome(waiting).failure is Failure.CANCELLED
    bench.desk.cancel(HUB, TaskId("t1"), "")
    assert bench.outcome(work).failure is Failure.CANCELLED
    bench.alarms.run()
    assert bench.outcome(other).failure is None
    assert bench.desk.works == 3
    bench.desk.cancel(HUB, TaskId("t1"), "again")
    assert bench.desk.works == 3
