"""Ask the agent that runs here, through its local door."""

from pathlib import Path
from typing import Any

from ..errors import Failure, ToolError
from .exits import NothingThere

ANSWER_WITHIN_S = 10.0
"""For questions that start nothing; an agent that takes longer hangs."""


def ask(
    state_dir: Path, question: dict[str, Any], timeout_s: float | None = ANSWER_WITHIN_S
) -> dict[str, Any]:
    """
    Ask the running agent.

    Args:
        state_dir: Whose agent is meant.
        question: A JSON object with ``op``.
        timeout_s: How long to wait; None waits for ever.

    Raises:
        NothingThere: No agent runs on that state directory.
        ToolError: ``timed_out``, or the agent's own refusal.

    """
    answer = answer_of(state_dir, question, timeout_s)
    if not answer.get("ok"):
        raise failure_of(answer)
    return answer


def answer_of(state_dir: Path, question: dict[str, Any], timeout_s: float | None) -> dict[str, Any]:
    """Ask the running agent; a refusal is an answer like any other."""
    from ..runtime import control

    try:
        answer: dict[str, Any] = control.request(state_dir, question, timeout_s)
    except control.NotRunning:
        raise NothingThere(
            f"no agent is running on {state_dir}; start one with `device-agent run`, "
            "or name its --state-dir"
        ) from None
    except TimeoutError:
        detail = f"the agent on {state_dir} did not answer within {timeout_s:g} s"
        raise ToolError(Failure.TIMED_OUT, detail) from None
    return answer


def failure_of(answer: dict[str, Any]) -> ToolError:
    """The error that an answer tells."""
    word = str(answer.get("failure"))
    known = {failure.value: failure for failure in Failure}
    return ToolError(known.get(word, Failure.FAILED), str(answer.get("error") or word))
