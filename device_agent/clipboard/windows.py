"""
The clipboard of Windows.

https://learn.microsoft.com/windows/win32/dataxchg/clipboard. Windows keeps what was copied by
itself, also when this process has ended. Pictures travel as PNG files under the registered format
"PNG", which browsers and office programs use; others give bitmaps, which are read too.
"""

import ctypes
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from ..errors import Failure, ToolError
from .base import MAX_CLIP_BYTES, Clip, Clipboard, Content, Selection, Wanted

CF_UNICODETEXT, CF_DIB = 13, 8
GMEM_MOVEABLE = 0x0002
# One program at a time has the clipboard open, mostly for a moment.
OPEN_S = 2.0
LOOK_S = 0.01
# What a BMP file has before the bitmap that the clipboard holds.
BMP_HEAD_BYTES = 14

if sys.platform == "win32":
    from ctypes import wintypes

    _user = ctypes.WinDLL("user32", use_last_error=True)
    _kernel = ctypes.WinDLL("kernel32", use_last_error=True)
    _user.OpenClipboard.argtypes = (wintypes.HWND,)
    _user.GetClipboardData.argtypes = (wintypes.UINT,)
    _user.GetClipboardData.restype = wintypes.HANDLE
    _user.SetClipboardData.argtypes = (wintypes.UINT, wintypes.HANDLE)
    _user.SetClipboardData.restype = wintypes.HANDLE
    _user.GetClipboardFormatNameW.argtypes = (wintypes.UINT, wintypes.LPWSTR, ctypes.c_int)
    _kernel.GlobalAlloc.argtypes = (wintypes.UINT, ctypes.c_size_t)
    _kernel.GlobalAlloc.restype = wintypes.HGLOBAL
    _kernel.GlobalLock.argtypes = (wintypes.HGLOBAL,)
    _kernel.GlobalLock.restype = wintypes.LPVOID
    _kernel.GlobalUnlock.argtypes = (wintypes.HGLOBAL,)
    _kernel.GlobalFree.argtypes = (wintypes.HGLOBAL,)
    _kernel.GlobalSize.argtypes = (wintypes.HGLOBAL,)
    _kernel.GlobalSize.restype = ctypes.c_size_t

    class WindowsClipboard(Clipboard):
        """The one clipboard of this user's session."""

        def read(
            self,
            selection: Selection,
            wanted: Wanted,
            timeout_s: float,
            check: Callable[[], None],
        ) -> Clip:
            _require_only(selection)
            with _opened(timeout_s, check):
                formats = tuple(_formats())
                names = tuple(_name(number) for number in formats)
                if wanted is not Wanted.IMAGE and CF_UNICODETEXT in formats:
                    text = _get(CF_UNICODETEXT).decode("utf-16-le", "replace")
                    return Clip(names, text=text.partition("\0")[0])
                if wanted is not Wanted.TEXT and _png() in formats:
                    return Clip(names, image=_get(_png()))
                if wanted is not Wanted.TEXT and CF_DIB in formats:
                    return Clip(names, image=_bmp(_get(CF_DIB)))
                return Clip(names)

        def write(self, selection: Selection, content: Content) -> None:
            _require_only(selection)
            with _opened(OPEN_S, lambda: None):
                _user.EmptyClipboard()
                if content.text is not None:
                    text = f"{content.text}\0"
                    _set(CF_UNICODETEXT, text.encode("utf-16-le", "replace"))
                if content.png is not None:
                    _set(_png(), content.png)

        def wait_until_taken(self, selection: Selection, timeout_s: float) -> bool:
            """Windows does not tell who reads; says no, without waiting."""
            del timeout_s
            _require_only(selection)
            return False

        def leave(self, within_s: float) -> None:
            """Windows keeps what was copied."""

    @contextmanager
    def _opened(timeout_s: float, check: Callable[[], None]) -> Iterator[None]:
        until = time.monotonic() + timeout_s
        while not _user.OpenClipboard(None):
            check()
            if time.monotonic() > until:
                detail = "another program keeps the clipboard open; try again"
                raise ToolError(Failure.TIMED_OUT, detail)
            time.sleep(LOOK_S)
        try:
            yield
        finally:
            _user.CloseClipboard()

    def _formats() -> Iterator[int]:
        number = 0
        while number := _user.EnumClipboardFormats(number):
            yield number

    def _name(number: int) -> str:
        name = ctypes.create_unicode_buffer(256)
        if _user.GetClipboardFormatNameW(number, name, len(name)):
            return name.value
        return {CF_UNICODETEXT: "CF_UNICODETEXT", CF_DIB: "CF_DIB"}.get(number, str(number))

    def _png() -> int:
        return int(_user.RegisterClipboardFormatW("PNG"))

    def _get(number: int) -> bytes:
        handle = _user.GetClipboardData(number)
        place = _kernel.GlobalLock(handle) if handle else None
        if not place:
            raise _failed()
        try:
            size_bytes = _kernel.GlobalSize(handle)
            if size_bytes > MAX_CLIP_BYTES:
                detail = f"the clipboard holds {size_bytes} bytes, more than {MAX_CLIP_BYTES}"
                raise ToolError(Failure.RESULT_TOO_LARGE, detail)
            return ctypes.string_at(place, size_bytes)
        finally:
            _kernel.GlobalUnlock(handle)

    def _set(number: int, content: bytes) -> None:
        handle = _kernel.GlobalAlloc(GMEM_MOVEABLE, len(content))
        place = _kernel.GlobalLock(handle) if handle else None
        if not place:
            raise _failed()
        ctypes.memmove(place, content, len(content))
        _kernel.GlobalUnlock(handle)
        # The clipboard owns the memory from now on, unless it refuses.
        if not _user.SetClipboardData(number, handle):
            _kernel.GlobalFree(handle)
            raise _failed()

    def _failed() -> ToolError:
        error = ctypes.WinError(ctypes.get_last_error())
        return ToolError(Failure.FAILED, f"the clipboard cannot be used: {error}")

    def _require_only(selection: Selection) -> None:
        if selection is not Selection.CLIPBOARD:
            raise ToolError(Failure.UNAVAILABLE, "Windows has no primary selection, only one")


def _bmp(bitmap: bytes) -> bytes:
    """A bitmap as the clipboard holds it, with a BMP file's head before it."""
    head_bytes = int.from_bytes(bitmap[:4], "little")
    bits = int.from_bytes(bitmap[14:16], "little")
    compression = int.from_bytes(bitmap[16:20], "little")
    used = int.from_bytes(bitmap[32:36], "little") or (1 << bits if bits <= 8 else 0)
    masks_bytes = 12 if compression == 3 and head_bytes == 40 else 0
    at = BMP_HEAD_BYTES + head_bytes + masks_bytes + 4 * used
    size = BMP_HEAD_BYTES + len(bitmap)
    head = b"BM" + size.to_bytes(4, "little") + bytes(4) + at.to_bytes(4, "little")
    return head + bitmap
