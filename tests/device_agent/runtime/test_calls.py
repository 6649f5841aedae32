"""One result per action, and summaries that hold no secret."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from device_agent.errors import Failure, ToolError
from device_agent.journal.redact import Redactor
from device_agent.protocol.messages import Action, ClientTask, Command, TaskId
from device_agent.protocol.work import Outcome, work_of
from device_agent.runtime.calls import FAULT, CallRunner, Steps
from device_agent.worker.host import WorkerHost
from device_agent.worker.status import WorkerOptions
from tests.device_agent.runtime.rigs import act, ordered, policy_of, sh

JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
NAMES = st.sampled_from(["execute_command", "type_text", "click", "list_tools", "", "no such"])


class _Unstarted(CallRunner):
    """A runner that only describes; its worker never runs."""

    def __init__(self) -> None:
        super().__init__(WorkerHost.__new__(WorkerHost), policy_of(), Redactor(b"k" * 32))


@given(st.lists(st.tuples(NAMES | st.text(max_size=10), st.none() | st.dictionaries(
    st.text(max_size=8) | st.sampled_from(["text", "command", "api_key"]), JSON, max_size=4
)), max_size=4))  # fmt: skip
def test_whatever_is_asked_has_a_summary_of_one_line_and_acts_or_not(asked: list) -> None:  # type: ignore[type-arg]
    runner = _Unstarted()
    actions = tuple(Action(tool_name=name, parameters=given) for name, given in asked)
    work = work_of(Command(task_id=TaskId("t"), actions=actions))
    assert len(runner.summary(work).splitlines()) <= 1
    for action in actions:
        assert runner.acts(action) in {True, False}


def test_typed_text_and_secrets_stay_out_of_summaries() -> None:
    runner = _Unstarted()
    typed = runner.summary(ordered("1", act("type_text", text="my passphrase")))
    assert "passphrase" not in typed
    assert "characters" in typed
    for words in ("type my passphrase then press enter", "please ENTER my passphrase"):
        task = runner.summary(work_of(ClientTask(task_id=TaskId("t"), request=words)))
        assert "passphrase" not in task
    secret = runner.summary(
        ordered("1", sh("curl -H 'Authorization: Bearer abcdefghijklmnopqrst'"))
    )
    assert "abcdefghijklmnopqrst" not in secret
    assert runner.summary(ordered("1")) == "no actions"
    assert runner.summary(work_of(ClientTask(task_id=TaskId("t")))) == "no actions"


def test_steps_skip_what_comes_after_a_failure() -> None:
    actions = (act("a"), act("b"), act("c"))
    steps = Steps()
    steps.fail(actions[0], ToolError(Failure.DENIED, "policy"), None)
    assert steps.failed
    assert [r.status for r in steps.results(actions)] == ["failure", "skipped", "skipped"]
    outcome = steps.task_outcome(actions)
    assert (outcome.failure, outcome.error) == (Failure.DENIED, "policy")
    assert outcome.result is not None
    assert [step["tool"] for step in outcome.result["steps"]] == ["a", "b", "c"]


@pytest.mark.parametrize("failure", [Failure.CANCELLED, Failure.WORKER_LOST])
def test_whoever_stopped_a_work_is_named_as_the_reason(failure: Failure) -> None:
    actions = (act("a"),)
    steps = Steps()
    steps.stop(Failure.PAUSED, "by the owner")
    steps.stop(Failure.CANCELLED, "too late")
    with pytest.raises(ToolError, match="by the owner"):
        steps.check()
    steps.fail(actions[0], ToolError(failure, "killed"), None)
    assert steps.results(actions)[0].error == "paused: by the owner"


def test_a_real_reason_is_not_hidden_by_a_stop_that_came_too_late() -> None:
    actions = (act("a"),)
    steps = Steps()
    steps.stop(Failure.CANCELLED, "no")
    steps.fail(actions[0], ToolError(Failure.DENIED, "policy"), None)
    assert steps.results(actions)[0].error == "denied: policy"


def test_a_fault_after_everything_fails_the_task_alone() -> None:
    steps = Steps()
    steps.fault(())
    assert steps.task_outcome(()) == Outcome((), Failure.FAILED, FAULT, {"steps": []})


def test_the_worker_gets_no_token() -> None:
    options = WorkerOptions({"DEVICE_AGENT_TOKEN": "x", "DEVICE_AGENT_TOKEN_HUB": "y", "A": "b"})
    assert options.inherited == {"A": "b"}
