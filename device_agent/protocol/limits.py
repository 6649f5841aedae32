"""What fits into a frame, and what is said instead of an answer that does not. Pure."""

from ..errors import Failure
from .codec import as_text
from .messages import (
    ActionResult,
    ClientDeviceInfo,
    ClientError,
    ClientTaskEnd,
    CommandResults,
    DeviceInfo,
    FromClient,
    FromServer,
    Message,
    ServerError,
    ServerTaskEnd,
)
from .scan import LIMITS, OURS, Limits, Unfit, may_have_too_many_values, parse

DEFAULT_FRAME_BYTES = LIMITS.max_frame_bytes
"""What a peer is taken to accept when it announced no ``max_frame_bytes``."""


def fits(text: str, max_frame_bytes: int = DEFAULT_FRAME_BYTES) -> bool:
    """
    Tell whether a peer takes this frame: its size, and the number of values in it.

    Args:
        text: An encoded message.
        max_frame_bytes: The peer's limit, in bytes of UTF-8.

    """
    if size_bytes(text) > max_frame_bytes:
        return False
    return not may_have_too_many_values(text, LIMITS) or _is_readable(text)


def _is_readable(text: str) -> bool:
    try:
        parse(text, LIMITS)
    except Unfit:
        return False
    return True


def size_bytes(text: str) -> int:
    """Count the bytes of a text in UTF-8."""
    return len(text) if text.isascii() else len(text.encode())


def too_large(answer: Message, frame_bytes: int, limit: int) -> Message:
    """
    Say instead of an answer why it cannot be sent, and what to ask for.

    COMMAND_RESULTS keeps its number of results; the largest become failures, one by one, until
    the rest fits. Any other answer becomes a failure as a whole. Of a message that is no answer
    an ERROR remains: a peer that takes little and says much must not be able to stop us.

    Args:
        answer: The message whose text did not fit.
        frame_bytes: Size of that text.
        limit: What the peer takes, in bytes.

    """
    error = (
        f"{Failure.RESULT_TOO_LARGE.value}: {frame_bytes} bytes, the peer takes {limit}; "
        "ask for less (region, lower quality, head/tail of a file)"
    )
    match answer:
        case CommandResults(action_results=results) if results:
            kept = _replace_largest(results, frame_bytes - limit, error)
            return answer.model_copy(update={"action_results": kept})
        case CommandResults():
            return answer.model_copy(update={"error": error})
        case ClientTaskEnd() | ServerTaskEnd():
            failed = {"status": "failed", "result": None, "error": error}
            return answer.model_copy(update=failed)
        case ClientDeviceInfo() | DeviceInfo():
            return answer.model_copy(update={"result": {"error": error}})
        case FromClient(client_id=client_id, client_type=client_type):
            task_id = getattr(answer, "task_id", None)
            return ClientError(
                client_id=client_id, client_type=client_type, task_id=task_id, error=error
            )
        case FromServer():
            return ServerError(task_id=answer.task_id, error=error)


def _replace_largest(
    results: tuple[ActionResult, ...], excess_bytes: int, error: str
) -> tuple[ActionResult, ...]:
    sizes = [size_bytes(as_text(done)) for done in results]
    kept = list(results)
    for position in sorted(range(len(kept)), key=sizes.__getitem__, reverse=True):
        done = kept[position]
        kept[position] = ActionResult(
            status="failure", error=error, namespace=done.namespace, call_id=done.call_id
        )
        excess_bytes -= sizes[position] - size_bytes(as_text(kept[position]))
        if excess_bytes <= 0:
            break
    return tuple(kept)


__all__ = ["DEFAULT_FRAME_BYTES", "OURS", "Limits", "fits", "size_bytes", "too_large"]
