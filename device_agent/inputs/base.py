"""What pointer and keyboard are to the rest of the agent, and what all platforms do alike."""

import time
from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from ..catalog.guard import Guard
from ..errors import Failure, ToolError
from .keys import combination, key_named
from .terms import Box, Button, Held, Named, Point

DRAG_S: Final = 0.1
# Programs begin a drag only after some motion, and follow it by the motions that they see.
DRAG_STEP_PIXELS: Final = 16
MAX_CLICKS: Final = 10
# Between the clicks of a double click. Programs take two within some 0.4 s for one.
CLICK_GAP_S: Final = 0.01
MULTI_CLICK_S: Final = 0.5
MULTI_CLICK_PIXELS: Final = 8
# Windows takes places on a scale of its own.
MISSED_PIXELS: Final = 1
MAX_NOTCHES: Final = 1000


@dataclass(frozen=True, slots=True)
class _Clicks:
    """The clicks of one call."""

    at: Point
    count: int
    ended_s: float


class Inputs(ABC):
    """
    The pointer and keyboard of one desktop session.

    Every method is called from one thread, one call at a time, and may block for as long as a hung
    display server does: whoever calls keeps the deadline. A backend connects when it is first
    asked, and again after its connection was lost; the call that notices the loss fails.

    ``guard`` says which windows take input; whoever calls sets it. It is asked just before a key or
    button goes down, a wheel turns or a text is typed, never before something is released; such a
    call fails as ``denied``, and nothing was pressed.

    Every method but ``held`` and ``close`` may raise :exc:`ToolError`: ``no_session`` (no desktop,
    or it has gone), ``locked``, ``unavailable`` (this desktop takes no input from us),
    ``bad_arguments`` (a key, character or place that does not exist; nothing was done then) or
    ``failed``. When a method returns, the display server has taken the input in; what a program
    made of it is another question.

    A call that fails in the middle releases what it pressed itself. What ``press`` and ``key_down``
    pressed stays down until released: whoever starts a backend calls ``release_all`` first, which
    also lifts what an earlier process left down, and calls it again on every way out.
    """

    def __init__(self) -> None:
        self.guard = Guard()
        self._keys: dict[str, None] = {}
        self._buttons: dict[Button, None] = {}
        self._clicks: _Clicks | None = None

    def check(self, points: Iterable[Point]) -> None:
        """Refuse places that are on no display; nothing is done."""
        with self._call():
            self._check(points)

    def move(self, x: int, y: int) -> Point:
        """Put the pointer on a place; where it is then."""
        with self._call():
            return self._go(Point(x, y))

    def press(self, button: Button = Button.LEFT) -> Point:
        """Press *button* and hold it; where the pointer is."""
        with self._call():
            self._hold_button(button)
            return self._where()

    def release(self, button: Button = Button.LEFT) -> Point:
        """Release *button*, nothing happens where it is not held; where the pointer is."""
        with self._call():
            self._free_button(button)
            return self._where()

    def click(
        self,
        x: int | None = None,
        y: int | None = None,
        button: Button = Button.LEFT,
        count: int = 1,
    ) -> Point:
        """
        Click *count* times (2 is a double click) at a place, or where the pointer is.

        Waits until programs no longer count the clicks of an earlier call with these, where
        either are several. Gives the place where the pointer is then.
        """
        if not 1 <= count <= MAX_CLICKS:
            raise ToolError(Failure.BAD_ARGUMENTS, f"count is 1 to {MAX_CLICKS}, not {count}")
        with self._call():
            at = self._go_if(x, y)
            self._set_apart(at, count)
            for number in range(count):
                if number:
                    self._flush()
                    time.sleep(CLICK_GAP_S)
                with self._button_down(button):
                    pass
            self._clicks = _Clicks(at, count, time.monotonic())
            return self._where()

    def drag(
        self,
        path: Sequence[Point],
        button: Button = Button.LEFT,
        duration_s: float = DRAG_S,
    ) -> Point:
        """
        Press at the first point of *path*, pass the others, release at the last.

        Where the pointer is then.
        """
        if len(path) < 2:
            raise ToolError(Failure.BAD_ARGUMENTS, "a drag needs at least two points")
        steps = list(_steps(path))
        with self._call():
            self._check(path)
            self._admit(self._named_at(path[-1]))
            self._go(path[0])
            with self._button_down(button):
                for step in steps:
                    self._motion(step)
                    self._flush()
                    time.sleep(duration_s / len(steps))
            return self._where()

    def scroll(self, dx: int, dy: int, x: int | None = None, y: int | None = None) -> Point:
        """
        Turn the wheel: *dx* notches to the right, *dy* notches down; negative the other way.

        Where the pointer is then.
        """
        if max(abs(dx), abs(dy)) > MAX_NOTCHES:
            raise ToolError(Failure.BAD_ARGUMENTS, f"at most {MAX_NOTCHES} notches in one call")
        with self._call():
            at = self._go_if(x, y)
            self._admit(self._named_at(at))
            self._wheel(dx, dy)
            return at

    def check_text(self, text: str) -> None:
        """Refuse a text with a character that :meth:`type_text` could not type; types nothing."""
        with self._call():
            self._check_text(text)

    def type_text(self, text: str) -> None:
        """
        Make *text* appear where the focus is, whatever the keyboard's layout and locks.

        A line break is Enter, a tab is Tab. Keys that are held are lifted meanwhile.
        """
        with self._call(), self._lifted():
            self._admit(self._named_focus())
            self._text(text)

    def key_down(self, key: str) -> None:
        """Press a key, in any spelling that :mod:`.keys` knows, and hold it."""
        name = key_named(key)
        with self._call():
            self._hold_key(name)

    def key_up(self, key: str) -> None:
        """Release a key; nothing happens where it is not held."""
        name = key_named(key)
        with self._call():
            self._free_key(name)

    def press_keys(self, keys: str | Iterable[str]) -> None:
        """Press a combination such as ``"ctrl+s"``, release it in reverse order."""
        names = combination(keys)
        with self._call(), self._keys_down(names):
            pass

    @contextmanager
    def holding(self, keys: str | Iterable[str]) -> Iterator[None]:
        """Hold a combination while the calls inside run, such as a click with Ctrl."""
        names = combination(keys)
        with self._call():
            fresh = [name for name in names if name not in self._keys]
            for name in fresh:
                self._hold_key(name)
        try:
            yield
        finally:
            with self._call():
                for name in reversed(fresh):
                    self._free_key(name)

    def held(self) -> Held:
        """What this object pressed and has not released."""
        return Held(tuple(self._keys), tuple(self._buttons))

    def release_all(self) -> None:
        """Release what is held, and what an earlier process left down."""
        with self._call():
            for key in reversed(tuple(self._keys)):
                self._free_key(key)
            for button in reversed(tuple(self._buttons)):
                self._free_button(button)

    @abstractmethod
    def cursor_position(self) -> Point:
        """Where the pointer is."""

    @abstractmethod
    def desktop(self) -> Box:
        """The whole desktop: the smallest rectangle with all displays in it."""

    @abstractmethod
    def window(self, window_id: int) -> Box | None:
        """Where a window is shown now, without the frame around it; None where it is not."""

    def covering(self, window_id: int, point: Point) -> int | None:  # noqa: ARG002
        """
        Which window hides a place of another one, so that a click there would reach it instead.

        None where none does, and where this backend cannot tell. Menus do not count: they belong
        to whoever opened them.
        """
        return None

    @abstractmethod
    def close(self) -> None:
        """Release what is held as far as that is possible, give back what is kept. Never raises."""

    @abstractmethod
    @contextmanager
    def _call(self) -> Iterator[None]:
        """Around every call: a connection, stray keys lifted, everything sent at the end."""

    @abstractmethod
    def _check(self, points: Iterable[Point]) -> None:
        """Refuse places that are on no display."""

    @abstractmethod
    def _check_text(self, text: str) -> None:
        """Refuse a text that cannot be typed to its end."""

    @abstractmethod
    def _where(self) -> Point:
        """Where the pointer is, once everything so far has been done."""

    @abstractmethod
    def _motion(self, point: Point) -> None: ...

    @abstractmethod
    def _button(self, button: Button, down: bool) -> None: ...

    @abstractmethod
    def _wheel(self, dx: int, dy: int) -> None: ...

    @abstractmethod
    def _key(self, key: str, down: bool) -> None: ...

    @abstractmethod
    def _text(self, text: str) -> None: ...

    @abstractmethod
    def _flush(self) -> None:
        """Send what is queued without waiting for the call's end."""

    def _named_at(self, point: Point) -> Named | None:
        """The window under a place; None where this backend, or this call, does not look."""
        del point
        return None

    def _named_focus(self) -> Named | None:
        """The window that gets the keys; None where this backend, or this call, does not look."""
        return None

    def _admit(self, window: Named | None) -> None:
        """Refuse input to a window that the owner has closed to it."""
        if window is None:
            if self.guard.said:
                detail = (
                    "policy: it cannot be seen which window would get this, and the owner named"
                )
                raise ToolError(Failure.DENIED, f"{detail} windows ({self.guard.source})")
            return
        why = self.guard.refusal(window.apps, window.title)
        if why:
            name = window.apps[-1] if window.apps else "the desktop"
            raise ToolError(Failure.DENIED, f"policy: {name} takes no input: {why}")

    def _go_if(self, x: int | None, y: int | None) -> Point:
        if x is None and y is None:
            return self._where()
        if x is None or y is None:
            raise ToolError(Failure.BAD_ARGUMENTS, "x and y belong together")
        return self._go(Point(x, y))

    def _go(self, point: Point) -> Point:
        """Put the pointer on a place and see that it is there: a program may hold it back."""
        self._check([point])
        self._motion(point)
        there = self._where()
        if _far(there, point) > MISSED_PIXELS:
            raise ToolError(
                Failure.FAILED,
                f"the pointer was sent to {point.x},{point.y} and is at {there.x},{there.y}: "
                "a program or a person holds it; nothing was pressed",
            )
        return there

    def _set_apart(self, at: Point, count: int) -> None:
        """Wait until earlier clicks at this place and these are not taken for one."""
        earlier = self._clicks
        if earlier is None or max(earlier.count, count) == 1:
            return
        if _far(earlier.at, at) < MULTI_CLICK_PIXELS:
            time.sleep(max(0.0, earlier.ended_s + MULTI_CLICK_S - time.monotonic()))

    def _hold_key(self, key: str) -> None:
        self._admit(self._named_focus())
        # Noted before it is pressed: released once too often is better than once too seldom.
        self._keys[key] = None
        self._key(key, down=True)

    def _free_key(self, key: str) -> None:
        if key in self._keys:
            self._key(key, down=False)
            del self._keys[key]

    def _hold_button(self, button: Button) -> None:
        self._admit(self._named_at(self._where()))
        self._buttons[button] = None
        self._button(button, down=True)

    def _free_button(self, button: Button) -> None:
        if button in self._buttons:
            self._button(button, down=False)
            del self._buttons[button]

    @contextmanager
    def _button_down(self, button: Button) -> Iterator[None]:
        self._hold_button(button)
        try:
            yield
        finally:
            self._free_button(button)

    @contextmanager
    def _keys_down(self, keys: Sequence[str]) -> Iterator[None]:
        """Hold *keys* meanwhile; those that were held before stay so."""
        pressed: list[str] = []
        try:
            for key in keys:
                if key not in self._keys:
                    pressed.append(key)
                    self._hold_key(key)
            yield
        finally:
            for key in reversed(pressed):
                self._free_key(key)

    @contextmanager
    def _lifted(self) -> Iterator[None]:
        """Lift all held keys meanwhile."""
        keys = tuple(self._keys)
        for key in reversed(keys):
            self._free_key(key)
        try:
            yield
        finally:
            for key in keys:
                self._hold_key(key)


def _far(one: Point, other: Point) -> int:
    return max(abs(one.x - other.x), abs(one.y - other.y))


def _steps(path: Sequence[Point]) -> Iterator[Point]:
    """The points after the first, and points between them that lie close enough together."""
    for start, end in pairwise(path):
        far = max(abs(end.x - start.x), abs(end.y - start.y))
        count = max(1, -(-far // DRAG_STEP_PIXELS))
        for step in range(1, count + 1):
            yield Point(
                start.x + (end.x - start.x) * step // count,
                start.y + (end.y - start.y) * step // count,
            )
