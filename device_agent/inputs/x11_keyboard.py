"""The keyboard of an X server: typing whatever text with whatever layout."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ..errors import Failure, ToolError
from .x11_drain import DRAIN_S, PATIENCE_S, drain, settled
from .x11_keymap import Batch, Bindings, Keymap, Stroke, plan, read_keymap, still_ours, text_keysyms
from .x11_keysyms import NO_SYMBOL
from .x11_server import Locks, XServer

# All modifiers' locks but that of Mod2, which is Num Lock on every known layout.
TYPING_LOCKS = 0xFF & ~0x10
UNLOCKED = Locks(0, 0)


class X11Keyboard:
    """
    Types on one server, over bindings of its own where the layout does not suffice.

    Args:
        server: An open connection, which stays the caller's.

    """

    def __init__(self, server: XServer) -> None:
        self._server = server
        self._bindings = Bindings(server.noted_bindings())
        self._keymap: Keymap | None = None
        self._last_bound_stroke_s = 0.0

    def check(self, text: str) -> None:
        """
        Refuse a text that cannot be typed to its end; types nothing.

        Raises:
            ToolError: ``bad_arguments`` for a character that is on no key anywhere,
                ``unavailable`` where one has no key here and none can be bound.

        """
        keysyms = text_keysyms(text)
        layout = self._layout()
        if layout.capacity == 0:
            plan(keysyms, layout, Bindings(dict(self._bindings.pairs)))

    def type(self, text: str) -> None:
        """Type *text*. Nothing is typed where a character in it cannot be."""
        batches = plan(text_keysyms(text), self._layout(), self._bindings)
        with self._unlocked():
            for batch in batches:
                self._bind(batch)
                self._strike(batch.strokes)
                if batch.bound:
                    self._server.sync()
                    self._last_bound_stroke_s = time.monotonic()

    def stroke(self, keysyms: Sequence[int]) -> Stroke:
        """How to press the first of *keysyms* that the layout has; else the first, newly bound."""
        layout = self._layout()
        for keysym in keysyms:
            if keysym in layout.strokes:
                return layout.strokes[keysym]
        (batch,) = plan(keysyms[:1], layout, self._bindings)
        self._bind(batch)
        self._last_bound_stroke_s = time.monotonic()
        return batch.strokes[0]

    def press(self, stroke: Stroke, held: frozenset[int]) -> None:
        """Press a key for good, with its modifiers only while it goes down."""
        modifiers = [code for code in self._modifiers(stroke) if code not in held]
        with self._unlocked():
            for code in modifiers:
                self._server.key(code, down=True)
            self._server.key(stroke.keycode, down=True)
            for code in reversed(modifiers):
                self._server.key(code, down=False)

    def close(self) -> None:
        """Take the bindings back, once programs have read the keys that need them."""
        if self._bindings.pairs:
            self._drain()
            nothing = dict.fromkeys(self._bindings.pairs, (NO_SYMBOL, NO_SYMBOL))
            self._bindings.pairs = {}
            self._server.bind(nothing, {})
            self._server.sync()

    def _layout(self) -> Keymap:
        if self._keymap is None or self._server.mapping_changed:
            self._server.mapping_changed = False
            first, rows = self._server.keyboard_mapping()
            modifiers = self._server.modifier_keycodes()
            self._bindings.keep_only(still_ours(first, rows, self._bindings.pairs))
            self._keymap = read_keymap(first, rows, modifiers, self._bindings.pairs)
        return self._keymap

    def _strike(self, strokes: Sequence[Stroke]) -> None:
        """Press and release each key; a modifier stays down while neighbours share it."""
        down: tuple[int, ...] = ()
        try:
            for stroke in strokes:
                needed = self._modifiers(stroke)
                if needed != down:
                    self._change(down, needed)
                    down = needed
                self._server.key(stroke.keycode, down=True)
                self._server.key(stroke.keycode, down=False)
        finally:
            self._change(down, ())

    def _change(self, down: Sequence[int], needed: Sequence[int]) -> None:
        for code in down:
            if code not in needed:
                self._server.key(code, down=False)
        for code in needed:
            if code not in down:
                self._server.key(code, down=True)

    def _modifiers(self, stroke: Stroke) -> tuple[int, ...]:
        layout = self._layout() if self._keymap is None else self._keymap
        codes = []
        if stroke.shift:
            codes.append(layout.shift)
        if stroke.level3:
            if layout.level3 is None:
                raise ToolError(Failure.FAILED, "the layout changed while it was typed on")
            codes.append(layout.level3)
        return tuple(codes)

    @contextmanager
    def _unlocked(self) -> Iterator[None]:
        """Caps Lock off and the first layout on meanwhile."""
        locks = self._server.locks()
        disturbing = locks.modifiers & TYPING_LOCKS or locks.group
        if disturbing:
            self._server.lock(UNLOCKED, TYPING_LOCKS)
        try:
            yield
        finally:
            if disturbing:
                self._server.lock(locks, TYPING_LOCKS)

    def _bind(self, batch: Batch) -> None:
        """Bind what a batch needs, and let the program that has the focus take notice."""
        if batch.replaces:
            self._drain()
        if not batch.bind:
            return
        self._server.bind(batch.bind, self._bindings.pairs)
        # Chromium under load took the next key for what was bound there before. A program that
        # never rests cannot be waited for, but then it had nothing there before.
        reader_pid = self._server.focused_pid()
        if reader_pid is not None:
            settled(reader_pid, self._server.sync, PATIENCE_S if batch.replaces else DRAIN_S)

    def _drain(self) -> None:
        """Let the program that has the focus read the keys that were struck on bindings."""
        drain(self._server.focused_pid(), self._last_bound_stroke_s, self._server.sync)
