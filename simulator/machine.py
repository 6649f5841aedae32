"""A machine that is not there: its windows, pointer, keys and what a person would see of them."""

from dataclasses import dataclass, field, replace

from device_agent.catalog.places import View
from device_agent.errors import Failure, ToolError
from device_agent.protocol.messages import Json

from .belongings import Belongings
from .dice import Dice
from .profiles import Profile, facts_of, screen_of

TITLE_BAR_PIXELS = 28
FIRST_WINDOW_ID = 0x400001
MOST_ZOOM = 500.0
TYPING_KEYS = {"enter": "\n", "return": "\n", "tab": "\t", "space": " "}


@dataclass(frozen=True, slots=True)
class Window:
    """
    An open window; places in screen pixels, the title bar not counted.

    Attributes:
        window_id: Stable while the window lives.
        text: What was typed into it.
        minimised: Whether it is hidden behind its icon.
        before: Place and size that it had before it was maximised; None where it is not.
        zoom: How large it shows what is in it, per cent.

    """

    window_id: int
    title: str
    app: str
    pid: int
    x: int
    y: int
    width: int
    height: int
    text: str = ""
    minimised: bool = False
    before: tuple[int, int, int, int] | None = None
    zoom: float = 100.0

    def shows(self, x: int, y: int) -> bool:
        """Whether it covers a place."""
        if self.minimised:
            return False
        top = self.y - TITLE_BAR_PIXELS
        return self.x <= x < self.x + self.width and top <= y < self.y + self.height


@dataclass(frozen=True, slots=True)
class Scene:
    """What there is to see; equal scenes look the same, on whatever device."""

    width: int
    height: int
    tint: int
    windows: tuple[Window, ...]
    pointer: tuple[int, int] | None = None


@dataclass(slots=True)
class Screen:
    """
    A desktop in use.

    Attributes:
        windows: The topmost first, minimised ones last; the first has the keyboard's focus.
        held: Keys and buttons that are down.
        views: What the latest pictures showed, by their frame ids.

    """

    width: int
    height: int
    tint: int
    windows: list[Window]
    pointer: tuple[int, int]
    held: set[str] = field(default_factory=set)
    views: dict[str, View] = field(default_factory=dict)
    _opened: int = 0

    def scene(self, *, cursor: bool) -> Scene:
        """What there is to see now."""
        pointer = self.pointer if cursor else None
        shown = tuple(window for window in self.windows if not window.minimised)
        return Scene(self.width, self.height, self.tint, shown, pointer)

    @property
    def active(self) -> Window | None:
        """The window that has the keyboard's focus."""
        return next((window for window in self.windows[:1] if not window.minimised), None)

    def put(self, window: Window, changed: Window, *, on_top: bool = False) -> Window:
        """Let *changed* stand where *window* stood; on top, or last where it is minimised."""
        place = self.windows.index(window)
        del self.windows[place]
        if changed.minimised:
            place = len(self.windows)
        self.windows.insert(0 if on_top else place, changed)
        return changed

    def shows(self, text: str) -> bool:
        """Whether a window has this text in its title or its content."""
        return any(text in window.title or text in window.text for window in self.windows)

    def open(self, title: str, app: str) -> Window:
        """Open a window on top of all others, a step below the one before."""
        step = 40 * (self._opened % 8)
        window = Window(
            window_id=FIRST_WINDOW_ID + self._opened,
            title=title,
            app=app,
            pid=1000 + self._opened,
            x=60 + step,
            y=60 + step,
            width=self.width * 5 // 8,
            height=self.height * 5 // 8,
        )
        self._opened += 1
        self.windows.insert(0, window)
        return window

    def close(self) -> None:
        """Close the window that has the focus."""
        if self.active is not None:
            del self.windows[0]

    def move(self, x: int, y: int) -> None:
        """Move the pointer; it stays on the screen."""
        self.pointer = (min(max(x, 0), self.width - 1), min(max(y, 0), self.height - 1))

    def click(self) -> None:
        """Raise the window under the pointer."""
        hit = next((window for window in self.windows if window.shows(*self.pointer)), None)
        if hit is not None:
            self.windows.remove(hit)
            self.windows.insert(0, hit)

    def type(self, text: str) -> None:
        """Type into the window that has the focus; without one it is lost, as on a real desktop."""
        top = self.active
        if top is not None:
            self.windows[0] = replace(top, text=top.text + text)

    def press(self, keys: tuple[str, ...]) -> None:
        """Press keys together."""
        names = tuple(key.lower() for key in keys)
        if names == ("alt", "f4"):
            self.close()
        elif names == ("backspace",):
            self._rub_out()
        elif len(keys) == 1 and (names[0] in TYPING_KEYS or len(keys[0]) == 1):
            self.type(TYPING_KEYS.get(names[0], keys[0]))

    def _rub_out(self) -> None:
        top = self.active
        if top is not None:
            self.windows[0] = replace(top, text=top.text[:-1])


class Machine:
    """
    One simulated machine.

    Args:
        profile: What kind.
        dice: Its chance.
        device_id: Its name.

    """

    __slots__ = ("_belongings", "_screen", "device_id", "dice", "profile")

    def __init__(self, profile: Profile, dice: Dice, device_id: str) -> None:
        self.profile = profile
        self.dice = dice
        self.device_id = device_id
        self._screen: Screen | None = None
        self._belongings: Belongings | None = None

    @property
    def facts(self) -> dict[str, Json]:
        """What it tells of itself; drawn anew, always the same."""
        return facts_of(self.profile, self.dice, self.device_id)

    @property
    def screen(self) -> Screen:
        """
        Its desktop.

        Raises:
            ToolError: ``no_session``: it has none.

        """
        if self._screen is None:
            self._screen = self._start()
        return self._screen

    @property
    def has_screen(self) -> bool:
        """Whether it has a desktop."""
        return screen_of(self.profile, self.dice) is not None

    @property
    def belongings(self) -> Belongings:
        """What it keeps; made when somebody first asks, because most machines are never asked."""
        if self._belongings is None:
            self._belongings = Belongings(windows=self.profile.platform == "windows")
        return self._belongings

    def _start(self) -> Screen:
        size = screen_of(self.profile, self.dice)
        if size is None:
            raise ToolError(Failure.NO_SESSION, "this machine has no desktop")
        tint = self.dice.pick(range(6), "tint")
        screen = Screen(*size, tint, [], (size[0] // 2, size[1] // 2))
        for title, app in reversed(self.profile.windows):
            screen.open(title, app)
        return screen
