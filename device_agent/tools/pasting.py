"""Type a text by copying and pasting it."""

import sys

from ..catalog import Tier
from ..catalog.keyboard import TypeTextArguments
from ..catalog.parts import Nothing
from ..errors import Failure, ToolError
from .bench import Bench
from .clipboard import lent

TAKEN_S = 3.0
# Windows does not tell whether a program has read the clipboard.
UNSEEN_S = 0.3


def paste(arguments: TypeTextArguments, bench: Bench) -> Nothing:
    """
    Paste a text into the window that has the focus, and put back what was copied before.

    Raises:
        ToolError: ``denied`` without the tier clipboard; ``failed`` where nothing took the text.

    """
    if Tier.CLIPBOARD not in bench.grant.tiers:
        detail = "policy: via clipboard needs the tier clipboard, which is not allowed"
        raise ToolError(Failure.DENIED, f"{detail} (rule `tiers`)")
    inputs = bench.desktop.live_inputs
    with lent(bench.desktop.clipboard, arguments.text) as taken_within:
        bench.cancellation.check()
        inputs.press_keys(arguments.paste_keys)
        if sys.platform == "win32":
            bench.cancellation.wait(UNSEEN_S)
        elif not taken_within(TAKEN_S):
            raise ToolError(
                Failure.FAILED,
                f"nothing took the text from the clipboard within {TAKEN_S:g} s: does the window "
                "that has the focus paste with these paste_keys?",
            )
    return Nothing()
