"""
The names that Microsoft UFO's HostAgent and AppAgent call on a Windows device.

They are served from X11 and from the accessibility tree, so that a Linux desktop can be driven by
UFO's Windows agents (``--as-platform windows``). What works on Office's own objects (COM) is known
by name and refused with the reason.
"""

from collections.abc import Mapping

from pydantic import ConfigDict

from ...errors import Failure, ToolError
from ..tool import Arguments
from . import ufo_app, ufo_controls, ufo_desktop
from .foreign import Dialect, Foreign, Speaker
from .memory import Memory
from .translated import Program
from .ufo_wire import Offer

HOST, APP = "HostAgent", "AppAgent"

COM: Mapping[str, tuple[str, ...]] = {
    "Excel": (
        "table2markdown",
        "insert_excel_table",
        "select_table_range",
        "reorder_columns",
        "get_range_values",
    ),
    "Word": ("insert_table", "select_text", "select_table", "select_paragraph", "set_font"),
    "PowerPoint": ("set_background_color",),
    "Office": ("save_as",),
    "Explorer": ("extract_pdf_text", "list_pdfs_in_directory", "extract_all_pdfs_text"),
}
"""Which of a Windows program's own objects a name works on."""


class _Anything(Arguments):
    """Whatever it is given."""

    model_config = ConfigDict(extra="allow")


def _refused(name: str, program: str) -> Foreign:
    def refuse(_: _Anything, __: Memory) -> Program:
        raise ToolError(
            Failure.UNAVAILABLE,
            f"{name} works on {program}'s own objects (COM), which exist on Windows alone; use "
            "click_input, set_edit_text and keyboard_input",
        )
        yield  # What makes it a program.

    summary = f"Needs {program}'s own objects (COM); refused."
    return Foreign(name, summary, _Anything, (), refuse, Speaker("COM"))


OFFERS: tuple[Offer, ...] = (*ufo_desktop.OFFERS, *ufo_controls.OFFERS, *ufo_app.OFFERS)
"""What list_tools shows, in that order."""

NAMES: Mapping[str, Foreign] = {
    **{offer.name.name: offer.name for offer in OFFERS},
    **{name: _refused(name, program) for program, names in COM.items() for name in names},
}

DIALECT = Dialect(
    name="ufo_windows",
    title="UFO's HostAgent and AppAgent",
    text=__doc__ or "",
    names=NAMES,
    agents=frozenset({HOST, APP}),
)
