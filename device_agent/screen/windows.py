"""
Screen on Windows: GDI capture through mss, displays and windows from user32.

Type-checked for win32 and written after Microsoft's documentation; the tests run on Linux only.
"""

import sys

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    import mss
    from mss.exception import ScreenShotError

    from ..errors import Failure, ToolError
    from .base import Display, Frame, Region, Screen, Window
    from .geometry import around, checked
    from .windows_list import list_windows

    # DPI_AWARENESS_CONTEXT_PER_MONITOR_AWARE_V2, a handle in name only.
    PER_MONITOR_AWARE_V2 = ctypes.c_void_p(-4)
    NORMAL_DPI = 96.0
    MDT_EFFECTIVE_DPI = 0
    MONITORINFOF_PRIMARY = 1

    class MonitorInfo(ctypes.Structure):
        """MONITORINFOEXW."""

        _fields_ = (
            ("size", wintypes.DWORD),
            ("monitor", wintypes.RECT),
            ("work", wintypes.RECT),
            ("flags", wintypes.DWORD),
            ("device", wintypes.WCHAR * 32),
        )

    MonitorVisitor = ctypes.WINFUNCTYPE(
        wintypes.BOOL,
        wintypes.HMONITOR,
        wintypes.HDC,
        ctypes.POINTER(wintypes.RECT),
        wintypes.LPARAM,
    )

    class WindowsScreen(Screen):
        """The screen of the desktop session that this process runs in."""

        def __init__(self) -> None:
            # Before anything asks for a metric: Windows would go on answering in scaled pixels.
            ctypes.windll.user32.SetProcessDpiAwarenessContext(PER_MONITOR_AWARE_V2)
            self._camera: mss.MSS | None = None

        def displays(self) -> tuple[Display, ...]:
            found = _displays()
            if not found:
                raise ToolError(Failure.NO_SESSION, "this process sees no desktop")
            return tuple(sorted(found, key=lambda display: not display.primary))

        def size(self) -> Region:
            return around(display.region for display in self.displays())

        def grab(self, region: Region | None = None, *, cursor: bool = False) -> Frame:  # noqa: ARG002 -- mss draws no pointer on Windows
            box = checked(region, self.size())
            area = {"left": box.x, "top": box.y, "width": box.width, "height": box.height}
            if self._camera is None:
                self._camera = mss.MSS()
            try:
                return Frame(self._camera.grab(area).raw, box)
            except ScreenShotError as error:
                # BitBlt is refused while the lock screen or a consent prompt has the display.
                self.close()
                raise ToolError(
                    Failure.LOCKED, f"Windows gave no picture of the screen: {error}"
                ) from error

        def windows(self) -> tuple[Window, ...]:
            return list_windows(self.displays())

        def close(self) -> None:
            if self._camera is not None:
                self._camera.close()
                self._camera = None

    def _displays() -> list[Display]:
        found: list[Display] = []

        def visit(monitor: int, _context: int, _area: object, _extra: int) -> bool:
            found.append(_display(monitor))
            return True

        ctypes.windll.user32.EnumDisplayMonitors(None, None, MonitorVisitor(visit), 0)
        return found

    def _display(monitor: int) -> Display:
        told = MonitorInfo(size=ctypes.sizeof(MonitorInfo))
        ctypes.windll.user32.GetMonitorInfoW(wintypes.HMONITOR(monitor), ctypes.byref(told))
        area = told.monitor
        return Display(
            name=told.device,
            x=area.left,
            y=area.top,
            width=area.right - area.left,
            height=area.bottom - area.top,
            scale=_scale(monitor),
            primary=bool(told.flags & MONITORINFOF_PRIMARY),
        )

    def _scale(monitor: int) -> float:
        across, down = wintypes.UINT(), wintypes.UINT()
        status = ctypes.windll.shcore.GetDpiForMonitor(
            wintypes.HMONITOR(monitor), MDT_EFFECTIVE_DPI, ctypes.byref(across), ctypes.byref(down)
        )
        return round(across.value / NORMAL_DPI, 3) if status == 0 else 1.0
