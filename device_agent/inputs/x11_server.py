"""The requests that input on X11 consists of, over one connection to the server."""

import struct
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import xcffib
import xcffib.randr
import xcffib.res
import xcffib.xinput
import xcffib.xkb
import xcffib.xproto
import xcffib.xtest

from .. import xserver
from ..errors import Failure, ToolError
from .terms import Box, Point
from .x11_keymap import Pair, written
from .x11_names import WindowNames

KEY_PRESS = 2
KEY_RELEASE = 3
BUTTON_PRESS = 4
BUTTON_RELEASE = 5
MOTION_NOTIFY = 6
ABSOLUTE = 0
# XkbNewKeyboardNotify and XkbMapNotify, and everything about a map.
MAP_EVENTS = 0x3
ALL_PARTS = 0xFF
ALL_DEVICES = 0
XTEST_KEYBOARD = "XTEST keyboard"
XTEST_POINTER = "XTEST pointer"
INPUT_CLASS_KEY = 0
INPUT_CLASS_BUTTON = 1
CORE_KEYBOARD = 0x100
POINTER_ROOT = 1
RESOURCES_WITH_PIDS = (1, 2)
LOCAL_CLIENT_PID = 2
RANDR_WITH_MONITORS = (1, 5)
CARDINALS_A_BINDING = 3
# Where a crashed agent's bindings are found again.
BINDINGS_ATOM = "_DEVICE_AGENT_KEY_BINDINGS"
MAX_BINDINGS_WORDS = 1024


@dataclass(frozen=True, slots=True)
class Locks:
    """The state that decides what keys mean beside those that are down: Caps Lock and the group."""

    modifiers: int
    group: int


@dataclass(frozen=True, slots=True)
class Down:
    """What is down on the devices through which programs press keys and buttons."""

    keycodes: frozenset[int]
    buttons: frozenset[int]


@dataclass(frozen=True, slots=True)
class Layout:
    """The desktop and the displays on it, of which there is at least one."""

    desktop: Box
    displays: tuple[Box, ...]


class XServer:
    """
    One connection, used for input.

    Args:
        display: The server's name, such as ``":0"``.

    Raises:
        ToolError: ``no_session`` or ``unavailable``, as every method here, or ``failed``.

    """

    def __init__(self, display: str) -> None:
        self._connection = xserver.connect(display)
        core = self._connection.core
        self._core = core
        self._root: int = self._connection.setup.roots[self._connection.pref_screen].root
        for name in (b"XTEST", b"XKEYBOARD", b"XInputExtension"):
            if not core.QueryExtension(len(name), name).reply().present:
                self.close()
                raise ToolError(
                    Failure.UNAVAILABLE, f"the X server lacks the extension {name.decode()}"
                )
        self._xtest = self._connection(xcffib.xtest.key)
        self._xkb = self._connection(xcffib.xkb.key)
        self._xinput = self._connection(xcffib.xinput.key)
        self._xkb.UseExtension(1, 0).reply()
        # A client that uses XKB gets no core MappingNotify any more.
        self._xkb.SelectEvents(CORE_KEYBOARD, MAP_EVENTS, 0, MAP_EVENTS, ALL_PARTS, ALL_PARTS, [])
        self._xinput.XIQueryVersion(2, 0).reply()
        self._keyboard, self._pointer = self._xtest_devices()
        self._clients = self._resources()
        self._randr = self._monitors_extension()
        self.names = WindowNames.over(self._connection, self._root)
        self._bindings_atom: int = (
            core.InternAtom(False, len(BINDINGS_ATOM), BINDINGS_ATOM).reply().atom
        )
        self.mapping_changed = True

    def close(self) -> None:
        """End the connection; safe to call twice."""
        self._connection.disconnect()

    def key(self, keycode: int, down: bool) -> None:
        """Press or release a key."""
        kind = KEY_PRESS if down else KEY_RELEASE
        self._xtest.FakeInput(kind, keycode, 0, 0, 0, 0, 0)

    def button(self, number: int, down: bool) -> None:
        """Press or release a button."""
        kind = BUTTON_PRESS if down else BUTTON_RELEASE
        self._xtest.FakeInput(kind, number, 0, 0, 0, 0, 0)

    def motion(self, point: Point) -> None:
        """Put the pointer on a place of the desktop."""
        self._xtest.FakeInput(MOTION_NOTIFY, ABSOLUTE, 0, self._root, point.x, point.y, 0)

    def flush(self) -> None:
        """Send what is queued."""
        self._connection.flush()

    def sync(self) -> None:
        """Wait until the server has done everything so far, and look at what it had to say."""
        self._core.GetInputFocus().reply()
        self._hear()

    def _hear(self) -> None:
        while (event := self._connection.poll_for_event()) is not None:
            # xcffib reads all of XKB's events as this one; we selected only those about the map.
            if isinstance(event, xcffib.xkb.NewKeyboardNotifyEvent):
                self.mapping_changed = True

    def pointer(self) -> Point:
        """Where the pointer is."""
        told = self._core.QueryPointer(self._root).reply()
        return Point(told.root_x, told.root_y)

    def look(self) -> tuple[Down, Layout]:
        """What is down, and where the desktop's displays are; one round trip."""
        keyboard = self._xinput.QueryDeviceState(self._keyboard)
        pointer = self._xinput.QueryDeviceState(self._pointer)
        shape = self._core.GetGeometry(self._root)
        monitors = None if self._randr is None else self._randr.GetMonitors(self._root, True)
        keys = _bits(keyboard.reply().classes, INPUT_CLASS_KEY)
        buttons = _bits(pointer.reply().classes, INPUT_CLASS_BUTTON)
        self._hear()
        return Down(keys, buttons), _layout(shape.reply(), monitors and monitors.reply())

    def window(self, window: int) -> Box | None:
        """Where a window is shown; None where it is gone or hidden."""
        asked = self._core.GetGeometry(window)
        corner = self._core.TranslateCoordinates(window, self._root, 0, 0)
        state = self._core.GetWindowAttributes(window)
        try:
            shape, origin, attributes = asked.reply(), corner.reply(), state.reply()
        except (xcffib.xproto.WindowError, xcffib.xproto.DrawableError):
            return None
        if attributes.map_state != xcffib.xproto.MapState.Viewable:
            return None
        return Box(origin.dst_x, origin.dst_y, shape.width, shape.height)

    def covering(self, window: int, point: Point) -> int | None:
        """The top-level window at a place if it is neither a menu nor what *window* is in."""
        asked = self._core.TranslateCoordinates(self._root, self._root, point.x, point.y)
        hit: int = asked.reply().child
        try:
            if not hit or hit == self._top_level(window):
                return None
            menu: bool = self._core.GetWindowAttributes(hit).reply().override_redirect
        except xcffib.xproto.WindowError:
            return None
        return None if menu else hit

    def _top_level(self, window: int) -> int:
        while (above := self._core.QueryTree(window).reply()).parent not in {0, self._root}:
            window = above.parent
        return window

    def focused_pid(self) -> int | None:
        """The process that gets the keys; None where the server does not know, or it is remote."""
        window: int = self._core.GetInputFocus().reply().focus
        if window <= POINTER_ROOT:
            window = self._core.QueryPointer(self._root).reply().child
        if self._clients is None or not window:
            return None
        asked = [xcffib.res.ClientIdSpec.synthetic(window, LOCAL_CLIENT_PID)]
        told = self._clients.QueryClientIds(len(asked), asked).reply()
        return next((pid for entry in told.ids for pid in entry.value), None)

    def locks(self) -> Locks:
        """What is locked now."""
        state = self._xkb.GetState(CORE_KEYBOARD).reply()
        return Locks(state.lockedMods, state.lockedGroup)

    def lock(self, locks: Locks, affected: int) -> None:
        """Set the group, and of the modifier locks those in the mask *affected*."""
        self._xkb.LatchLockState(
            CORE_KEYBOARD, affected, locks.modifiers & affected, True, locks.group, 0, False, 0
        )

    def keyboard_mapping(self) -> tuple[int, list[list[int]]]:
        """The first keycode, and the keysyms of it and all after it."""
        first = self._connection.setup.min_keycode
        count = self._connection.setup.max_keycode - first + 1
        told = self._core.GetKeyboardMapping(first, count).reply()
        width = told.keysyms_per_keycode
        flat = list(told.keysyms)
        return first, [flat[start : start + width] for start in range(0, len(flat), width)]

    def modifier_keycodes(self) -> list[int]:
        """Keycodes that act as modifiers; zeroes between them mean nothing."""
        return list(self._core.GetModifierMapping().reply().keycodes)

    def bind(self, changes: Mapping[int, Pair], all_of_ours: Mapping[int, Pair]) -> None:
        """Put keysyms on keycodes, and note all of ours where a successor finds them."""
        self._note(all_of_ours)
        for first, pairs in _runs(changes):
            flat = [keysym for pair in pairs for keysym in written(pair)]
            self._core.ChangeKeyboardMapping(len(pairs), first, 2, flat)

    def noted_bindings(self) -> dict[int, Pair]:
        """What an agent before us bound and did not take back."""
        told = self._core.GetProperty(
            False,
            self._root,
            self._bindings_atom,
            xcffib.xproto.Atom.CARDINAL,
            0,
            MAX_BINDINGS_WORDS,
        ).reply()
        content = bytes(told.value.buf())
        numbers = struct.unpack(f"={len(content) // 4}I", content)
        triples = zip(*[iter(numbers)] * CARDINALS_A_BINDING, strict=False)
        return {keycode: (plain, shifted) for keycode, plain, shifted in triples}

    def _note(self, bindings: Mapping[int, Pair]) -> None:
        numbers = [number for code, pair in bindings.items() for number in (code, *pair)]
        self._core.ChangeProperty(
            xcffib.xproto.PropMode.Replace,
            self._root,
            self._bindings_atom,
            xcffib.xproto.Atom.CARDINAL,
            32,
            len(numbers),
            numbers,
        )

    def _monitors_extension(self) -> xcffib.randr.randrExtension | None:
        """RandR; None where it is older than its monitors."""
        name = b"RANDR"
        if not self._core.QueryExtension(len(name), name).reply().present:
            return None
        extension = self._connection(xcffib.randr.key)
        version = extension.QueryVersion(*RANDR_WITH_MONITORS).reply()
        told = (version.major_version, version.minor_version)
        return extension if told >= RANDR_WITH_MONITORS else None

    def _resources(self) -> xcffib.res.resExtension | None:
        """The extension that tells clients' process ids; None where it is older than that."""
        name = b"X-Resource"
        if not self._core.QueryExtension(len(name), name).reply().present:
            return None
        extension = self._connection(xcffib.res.key)
        version = extension.QueryVersion(*RESOURCES_WITH_PIDS).reply()
        told = (version.server_major, version.server_minor)
        return extension if told >= RESOURCES_WITH_PIDS else None

    def _xtest_devices(self) -> tuple[int, int]:
        """Ids of the keyboard and the pointer that XTEST presses."""
        found: dict[str, int] = {}
        for device in self._xinput.XIQueryDevice(ALL_DEVICES).reply().infos:
            name = device.name.to_string()
            for wanted in (XTEST_KEYBOARD, XTEST_POINTER):
                if name.endswith(wanted):
                    found.setdefault(wanted, device.deviceid)
        if len(found) < 2:
            raise ToolError(Failure.UNAVAILABLE, "the X server has no XTEST devices")
        return found[XTEST_KEYBOARD], found[XTEST_POINTER]


def _layout(
    shape: xcffib.xproto.GetGeometryReply, told: xcffib.randr.GetMonitorsReply | None
) -> Layout:
    desktop = Box(0, 0, shape.width, shape.height)
    monitors = () if told is None else told.monitors
    displays = tuple(Box(each.x, each.y, each.width, each.height) for each in monitors)
    return Layout(desktop, displays or (desktop,))


def _bits(classes: Iterable[xcffib.xinput.InputState], wanted: int) -> frozenset[int]:
    """Numbers of the bits that are set in a device's key or button state."""
    for state in classes:
        if state.class_id == wanted:
            octets = state.keys if wanted == INPUT_CLASS_KEY else state.buttons
            return frozenset(
                8 * place + bit
                for place, octet in enumerate(octets)
                if octet
                for bit in range(8)
                if octet >> bit & 1
            )
    return frozenset()


def _runs(changes: Mapping[int, Pair]) -> list[tuple[int, list[Pair]]]:
    """Neighbouring keycodes together: every request makes every program read its keymap anew."""
    runs: list[tuple[int, list[Pair]]] = []
    for keycode in sorted(changes):
        if runs and runs[-1][0] + len(runs[-1][1]) == keycode:
            runs[-1][1].append(changes[keycode])
        else:
            runs.append((keycode, [changes[keycode]]))
    return runs
