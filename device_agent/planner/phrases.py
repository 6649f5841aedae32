"""
Plain words, no model: phrases joined by "then", ";" or new lines.

The same words always give the same calls. Case makes no difference, except in a text to type or a
command to run, which is kept exactly: in quotes whatever it contains, without quotes up to the
next joiner that a phrase follows.
"""

import difflib
import re
from collections.abc import Iterator
from dataclasses import dataclass

from ..protocol.messages import Action
from .base import NotUnderstood, Plan, Planner
from .phrase import Free, Language
from .vocabulary import EXAMPLES, LANGUAGES

MAX_PHRASE_CHARS = 200
"""Longer ones are no phrase; it also bounds what a pattern can cost."""

MAX_WORDS_CHARS = 20_000
"""More than a person says; it bounds the whole reading."""

MAX_STEPS = 200
NEAREST = 3

_AROUND_JOINER = " \t\r\n,;."
_QUOTES = {'"': '"', "'": "'", "\N{LEFT DOUBLE QUOTATION MARK}": "\N{RIGHT DOUBLE QUOTATION MARK}"}


# A name in quotes: a joiner in it joins nothing.
_NAME = re.compile(r"""(?<!\S)(?:"[^"\n]*"|'[^'\n]*')(?=[\s,.;?!]|\Z)""")


@dataclass(frozen=True, slots=True)
class _Step:
    action: Action
    text: str
    end: int


class Phrases(Planner):
    """Understands the phrases of :mod:`.vocabulary`, and names the nearest ones otherwise."""

    def plan(self, words: str, actions: tuple[Action, ...]) -> Plan | NotUnderstood | None:
        del actions
        if len(words) > MAX_WORDS_CHARS:
            return NotUnderstood(words, why=f"longer than {MAX_WORDS_CHARS} characters")
        answers = [_Reader(language, words).plan() for language in LANGUAGES]
        return next((each for each in answers if isinstance(each, Plan)), answers[0])


class _Reader:
    """Reads words in one language."""

    def __init__(self, language: Language, words: str) -> None:
        self._language = language
        self._words = words

    def plan(self) -> Plan | NotUnderstood | None:
        steps: list[_Step] = []
        at = self._start(0)
        while at < len(self._words):
            step = self._step(at)
            if isinstance(step, NotUnderstood):
                return step
            if len(steps) == MAX_STEPS:
                return NotUnderstood(self._words[at:], why=f"more than {MAX_STEPS} steps")
            steps.append(step)
            at = self._start(step.end)
        if not steps:
            return None
        return Plan(tuple(step.action for step in steps), tuple(step.text for step in steps))

    def _step(self, at: int) -> _Step | NotUnderstood:
        """Read the one step that begins at *at*."""
        words, begin = self._words, self._past_politeness(at)
        for free in self._language.free:
            if found := free.opening.match(words, begin):
                return self._free_step(begin, found.end(), free)
        joiner = self._joiner_outside_names(begin)
        end = joiner.start() if joiner else len(words)
        piece = self._without_end(words[begin:end])
        action = self._fixed(piece)
        if action is None:
            return NotUnderstood(piece, nearest(piece))
        return _Step(action, " ".join(piece.split()), joiner.end() if joiner else end)

    def _joiner_outside_names(self, begin: int) -> re.Match[str] | None:
        name = _NAME.search(self._words, begin)
        for joiner in self._language.joiner.finditer(self._words, begin):
            while name is not None and name.end() <= joiner.start():
                name = _NAME.search(self._words, name.end())
            if name is None or joiner.start() < name.start():
                return joiner
        return None

    def _past_politeness(self, at: int) -> int:
        polite = self._language.polite.match(self._words, at, at + MAX_PHRASE_CHARS)
        return polite.end() if polite else at

    def _without_end(self, piece: str) -> str:
        """Cut what stands between a step and its joiner: blanks, commas, "and"."""
        piece = piece.rstrip(_AROUND_JOINER)
        cut = piece.removesuffix(self._language.trailing)
        return cut.rstrip(_AROUND_JOINER) if cut != piece and cut[-1:] in {" ", "\t"} else piece

    def _fixed(self, piece: str) -> Action | None:
        flat = " ".join(piece.split()).rstrip(".!?")
        if not flat or len(flat) > MAX_PHRASE_CHARS:
            return None
        for phrase in self._language.phrases:
            if found := phrase.pattern.fullmatch(flat):
                return phrase.action(found)
        return None

    def _free_step(self, at: int, begin: int, free: Free) -> _Step | NotUnderstood:
        text, close, end = self._quoted(begin) or self._unquoted(begin)
        action = free.action(text)
        if action is None:
            return NotUnderstood(self._words[at:close], (free.example,), free.why)
        return _Step(action, " ".join(self._words[at:close].split()), end)

    def _quoted(self, begin: int) -> tuple[str, int, int] | None:
        """
        Read a text in quotes: it, where it closes, and where the next step begins.

        It closes with the first quote that ends the words or that a joiner and a phrase follow.
        """
        words = self._words
        closing = _QUOTES.get(words[begin : begin + 1])
        close = words.find(closing, begin + 1) if closing else -1
        while closing and close >= 0:
            after = close + 1
            if not words[after:].strip(_AROUND_JOINER):
                return words[begin + 1 : close], after, len(words)
            joiner = self._joiner_after(after)
            if joiner is not None and self._is_step(joiner.end()):
                return words[begin + 1 : close], after, joiner.end()
            close = words.find(closing, after)
        return None

    def _joiner_after(self, at: int) -> re.Match[str] | None:
        """Find the joiner with nothing but blanks, commas or "and" before it."""
        joiner = self._language.joiner.search(self._words, at, at + MAX_PHRASE_CHARS)
        if joiner is None or self._without_end(f" {self._words[at : joiner.start()]}"):
            return None
        return joiner

    def _unquoted(self, begin: int) -> tuple[str, int, int]:
        """Read a text without quotes: it ends before the first joiner that a phrase follows."""
        words, looked_at = self._words, begin
        for joiner in self._language.joiner.finditer(words, begin):
            if joiner.start() < looked_at:
                continue  # The same run of joiners has been looked behind already.
            follows = self._start(joiner.end())
            if self._is_step(follows):
                text = self._without_end(words[begin : joiner.start()])
                return text, joiner.start(), joiner.end()
            looked_at = follows
        return words[begin:].rstrip(), len(words), len(words)

    def _is_step(self, at: int) -> bool:
        """Whether a phrase begins at *at*; of one with a free text its opening is enough."""
        words, begin = self._words, self._past_politeness(self._start(at))
        if any(free.opening.match(words, begin) for free in self._language.free):
            return True
        joiner = self._language.joiner.search(words, begin, begin + MAX_PHRASE_CHARS)
        piece = words[begin : joiner.start() if joiner else begin + MAX_PHRASE_CHARS + 1]
        return self._fixed(self._without_end(piece)) is not None

    def _start(self, at: int) -> int:
        """Skip joiners and what stands around them."""
        words = self._words
        while at < len(words):
            if joiner := self._language.joiner.match(words, at):
                at = joiner.end()
            elif words[at] in _AROUND_JOINER:
                at += 1
            else:
                break
        return at


def nearest(piece: str) -> tuple[str, ...]:
    """Examples of the phrases that look most like *piece*, the likeliest first."""
    flat = " ".join(piece[:MAX_PHRASE_CHARS].lower().split())
    ranked = sorted(_scores(flat), key=lambda scored: (-scored[0], scored[1]))
    return tuple(example for score, _, example in ranked[:NEAREST] if score > 0.0)


def _scores(flat: str) -> Iterator[tuple[float, int, str]]:
    said = set(re.findall(r"\w+", flat))
    for position, example in enumerate(EXAMPLES):
        known = re.findall(r"\w+", example.lower())
        likeness = difflib.SequenceMatcher(None, flat, example.lower()).ratio()
        shared = len(said.intersection(known)) / len(known)
        verb = 0.5 if difflib.get_close_matches(known[0], said, n=1, cutoff=0.75) else 0.0
        yield likeness + shared + verb, position, example
