"""Copy and paste."""

import base64
import binascii
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..catalog.clipboard import (
    GetClipboardArguments,
    GetClipboardResult,
    SetClipboardArguments,
    SetClipboardResult,
)
from ..clipboard import Clip, Clipboard, Content, Selection, Wanted
from ..clipboard.pictures import as_png
from ..errors import Failure, ToolError
from .bench import Bench

READ_BACK_S = 3.0


def get_clipboard(arguments: GetClipboardArguments, bench: Bench) -> GetClipboardResult:
    """What was copied last."""
    clip = bench.desktop.clipboard.read(
        Selection(arguments.selection),
        Wanted(arguments.format),
        arguments.timeout_s,
        bench.cancellation.check,
    )
    if not clip.formats:
        return GetClipboardResult(kind="empty")
    if clip.text is not None:
        return GetClipboardResult(kind="text", text=clip.text, formats=clip.formats)
    if clip.image is None:
        return GetClipboardResult(kind="other", formats=clip.formats)
    picture = as_png(clip.image)
    return GetClipboardResult(
        kind="image",
        image=base64.b64encode(picture.png).decode("ascii"),
        mime_type="image/png",
        width=picture.width,
        height=picture.height,
        formats=clip.formats,
    )


def set_clipboard(arguments: SetClipboardArguments, bench: Bench) -> SetClipboardResult:
    """Copy something, and read it back."""
    content = _content(arguments)
    clipboard = bench.desktop.clipboard
    both = arguments.selection == "both"
    formats: tuple[str, ...] = ()
    for selection in Selection if both else (Selection(arguments.selection),):
        clipboard.write(selection, content)
        formats = _read_back(clipboard, selection, content, bench.cancellation.check)
    size_bytes = len(content.png or (content.text or "").encode("utf-8", "replace"))
    return SetClipboardResult(size_bytes=size_bytes, formats=formats)


@contextmanager
def lent(clipboard: Clipboard, text: str) -> Iterator[Callable[[float], bool]]:
    """
    Have *text* on the clipboard for a while, and then again what was there before.

    Yields a function that waits so many seconds until a program has pasted it: whether one has.
    Of what was there before, text or picture comes back; clips of other kinds do not.
    """
    before = clipboard.read(Selection.CLIPBOARD, Wanted.AUTO, READ_BACK_S, lambda: None)
    clipboard.write(Selection.CLIPBOARD, Content(text=text))
    try:
        yield lambda timeout_s: clipboard.wait_until_taken(Selection.CLIPBOARD, timeout_s)
    finally:
        clipboard.write(Selection.CLIPBOARD, _again(before))


def _again(before: Clip) -> Content:
    if before.image is not None:
        return Content(png=as_png(before.image).png)
    return Content(text=before.text or "")


def _content(arguments: SetClipboardArguments) -> Content:
    if arguments.text is not None:
        return Content(text=arguments.text)
    try:
        content = base64.b64decode(arguments.image or "", validate=True)
    except binascii.Error as error:
        detail = f"set_clipboard: argument image: {error}"
        raise ToolError(Failure.BAD_ARGUMENTS, detail) from error
    return Content(png=as_png(content).png)


def _read_back(
    clipboard: Clipboard, selection: Selection, content: Content, check: Callable[[], None]
) -> tuple[str, ...]:
    wanted = Wanted.IMAGE if content.text is None else Wanted.TEXT
    clip = clipboard.read(selection, wanted, READ_BACK_S, check)
    # Readers take a NUL at the end for the end of a C string.
    text = None if content.text is None else content.text.removesuffix("\0")
    if (clip.text, clip.image) != (text, content.png):
        detail = "another program changed the clipboard at the same moment; set it again"
        raise ToolError(Failure.FAILED, detail)
    return clip.formats
