"""Exit codes that scripts rely on."""

import pytest

from constellation.exits import Exit, exit_for, worst


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (None, 0),
        ("failed: exit", 1),
        ("", 1),
        ("whatever UFO says", 1),
        ("timed_out: after 8 s", 4),
        ("denied: by rule 3", 5),
    ],
)
def test_the_word_before_the_colon_decides(error: str | None, code: int) -> None:
    assert exit_for(error) == code


def test_several_tasks_share_a_code_or_have_failed() -> None:
    assert worst([]) is Exit.DONE
    assert worst([Exit.DONE, Exit.REFUSED, Exit.REFUSED]) is Exit.REFUSED
    assert worst([Exit.TIMED_OUT, Exit.REFUSED]) is Exit.TASK_FAILED
