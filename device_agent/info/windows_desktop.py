"""
Whether the desktop of this Windows session takes input.

Type-checked for win32 and written after Microsoft's documentation; the tests run on Linux only.
"""

import sys

if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    from .desktop_state import LOCKED, DesktopSession, DesktopState

    WTS_CURRENT_SERVER = 0
    WTS_CURRENT_SESSION = 0xFFFFFFFF
    WTS_CONNECT_STATE = 8
    WTS_ACTIVE = 0
    DESKTOP_SWITCHDESKTOP = 0x0100

    def read_windows_desktop() -> DesktopSession:
        """Look: session 0 has no desktop, a disconnected one no screen, a locked one no input."""
        session = wintypes.DWORD()
        kernel32 = ctypes.windll.kernel32
        kernel32.ProcessIdToSessionId(kernel32.GetCurrentProcessId(), ctypes.byref(session))
        if session.value == 0:
            return _none("this process runs in session 0, where services live without a desktop")
        if _connect_state() != WTS_ACTIVE:
            return _none("the session is disconnected; connect to it again")
        desktop = ctypes.windll.user32.OpenInputDesktop(0, False, DESKTOP_SWITCHDESKTOP)
        if not desktop:
            return DesktopSession(DesktopState.LOCKED, "windows", LOCKED)
        ctypes.windll.user32.CloseDesktop(desktop)
        return DesktopSession(DesktopState.ACTIVE, "windows")

    def _none(reason: str) -> DesktopSession:
        return DesktopSession(DesktopState.NO_SESSION, "windows", reason)

    def _connect_state() -> int | None:
        wtsapi32 = ctypes.windll.wtsapi32
        answer, size = ctypes.POINTER(ctypes.c_int)(), wintypes.DWORD()
        asked = wtsapi32.WTSQuerySessionInformationW(
            WTS_CURRENT_SERVER,
            WTS_CURRENT_SESSION,
            WTS_CONNECT_STATE,
            ctypes.byref(answer),
            ctypes.byref(size),
        )
        if not asked:
            return None
        state = answer.contents.value
        wtsapi32.WTSFreeMemory(answer)
        return state
