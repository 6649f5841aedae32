"""
The windows on a Windows desktop.

Type-checked for win32 and written after Microsoft's documentation; the tests run on Linux only.
"""

import sys

if sys.platform == "win32":
    import ctypes
    from collections.abc import Sequence
    from ctypes import wintypes
    from pathlib import PureWindowsPath

    import psutil

    from .base import Display, Region, Window
    from .geometry import display_of

    GWL_EXSTYLE = -20
    WS_EX_TOOLWINDOW = 0x80
    DWMWA_CLOAKED = 14

    WindowVisitor = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.HWND, wintypes.LPARAM)

    def list_windows(displays: Sequence[Display]) -> tuple[Window, ...]:
        """Applications' windows; EnumWindows gives the topmost first."""
        found: list[Window] = []
        active = ctypes.windll.user32.GetForegroundWindow()

        def visit(window: int, _extra: int) -> bool:
            if _is_application(window):
                found.append(_describe(window, displays, active))
            return True

        ctypes.windll.user32.EnumWindows(WindowVisitor(visit), 0)
        return tuple(found)

    def _is_application(window: int) -> bool:
        """Whether it stands in the task switcher: shown, titled, no tool window, not cloaked."""
        user32 = ctypes.windll.user32
        if not user32.IsWindowVisible(window) or not user32.GetWindowTextLengthW(window):
            return False
        if user32.GetWindowLongW(window, GWL_EXSTYLE) & WS_EX_TOOLWINDOW:
            return False
        cloaked = wintypes.DWORD()
        ctypes.windll.dwmapi.DwmGetWindowAttribute(
            wintypes.HWND(window), DWMWA_CLOAKED, ctypes.byref(cloaked), ctypes.sizeof(cloaked)
        )
        return not cloaked.value

    def _describe(window: int, displays: Sequence[Display], active: int) -> Window:
        user32 = ctypes.windll.user32
        title = ctypes.create_unicode_buffer(user32.GetWindowTextLengthW(window) + 1)
        user32.GetWindowTextW(window, title, len(title))
        area, pid = wintypes.RECT(), wintypes.DWORD()
        user32.GetWindowRect(window, ctypes.byref(area))
        user32.GetWindowThreadProcessId(window, ctypes.byref(pid))
        region = Region(area.left, area.top, area.right - area.left, area.bottom - area.top)
        return Window(
            id=window,
            title=title.value,
            app=_executable(pid.value),
            pid=pid.value or None,
            region=region,
            display=display_of(region, displays),
            active=window == active,
            minimised=bool(user32.IsIconic(window)),
            maximised=bool(user32.IsZoomed(window)),
        )

    def _executable(pid: int) -> str:
        try:
            return PureWindowsPath(psutil.Process(pid).exe()).name
        except psutil.Error:
            return ""
