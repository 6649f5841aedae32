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
from .vocabulary import EXAMPLES, FREE, PHRASES, Free

MAX_PHRASE_CHARS = 200
"""Longer ones are no phrase; it also bounds what a pattern can cost."""

MAX_WORDS_CHARS = 20_000
"""More than a person says; it bounds the whole reading."""

MAX_STEPS = 200
NEAREST = 3

_JOINER = re.compile(r"\bthen\b|;|\n", re.IGNORECASE)
_AROUND_JOINER = " \t\r\n,;."
_POLITE = re.compile(
    r"(?:(?:please|now|first|next|finally|and|also|can you|could you)\b[\s,]*)+", re.IGNORECASE
)
_QUOTES = {'"': '"', "'": "'", "\N{LEFT DOUBLE QUOTATION MARK}": "\N{RIGHT DOUBLE QUOTATION MARK}"}


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
        steps: list[_Step] = []
        at = _start(words, 0)
        while at < len(words):
            step = _step(words, at)
            if isinstance(step, NotUnderstood):
                return step
            if len(steps) == MAX_STEPS:
                return NotUnderstood(words[at:], why=f"more than {MAX_STEPS} steps")
            steps.append(step)
            at = _start(words, step.end)
        if not steps:
            return None
        return Plan(tuple(step.action for step in steps), tuple(step.text for step in steps))


def _step(words: str, at: int) -> _Step | NotUnderstood:
    """Read the one step that begins at *at*."""
    begin = _past_politeness(words, at)
    for free in FREE:
        if found := free.opening.match(words, begin):
            return _free_step(words, begin, found.end(), free)
    joiner = _JOINER.search(words, begin)
    end = joiner.start() if joiner else len(words)
    piece = _without_end(words[begin:end])
    action = _fixed(piece)
    if action is None:
        return NotUnderstood(piece, nearest(piece))
    return _Step(action, " ".join(piece.split()), joiner.end() if joiner else end)


def _past_politeness(words: str, at: int) -> int:
    polite = _POLITE.match(words, at, at + MAX_PHRASE_CHARS)
    return polite.end() if polite else at


def _without_end(piece: str) -> str:
    """Cut what stands between a step and its joiner: blanks, commas, "and"."""
    piece = piece.rstrip(_AROUND_JOINER)
    return piece[:-4].rstrip(_AROUND_JOINER) if piece[-4:].lower() in (" and", "\tand") else piece


def _fixed(piece: str) -> Action | None:
    flat = " ".join(piece.lower().split()).rstrip(".!?")
    if not flat or len(flat) > MAX_PHRASE_CHARS:
        return None
    for phrase in PHRASES:
        if found := phrase.pattern.fullmatch(flat):
            return phrase.action(found)
    return None


def _free_step(words: str, at: int, begin: int, free: Free) -> _Step | NotUnderstood:
    text, close, end = _quoted(words, begin) or _unquoted(words, begin)
    action = free.action(text)
    if action is None:
        return NotUnderstood(words[at:close], free.instead or (free.example,), free.why)
    return _Step(action, " ".join(words[at:close].split()), end)


def _quoted(words: str, begin: int) -> tuple[str, int, int] | None:
    """
    Read a text in quotes: it, where it closes, and where the next step begins.

    It closes with the first quote that ends the words or that a joiner and a phrase follow.
    """
    closing = _QUOTES.get(words[begin : begin + 1])
    close = words.find(closing, begin + 1) if closing else -1
    while closing and close >= 0:
        after = close + 1
        if not words[after:].strip(_AROUND_JOINER):
            return words[begin + 1 : close], after, len(words)
        joiner = _joiner_after(words, after)
        if joiner is not None and _is_step(words, joiner.end()):
            return words[begin + 1 : close], after, joiner.end()
        close = words.find(closing, after)
    return None


def _joiner_after(words: str, at: int) -> re.Match[str] | None:
    """Find the joiner with nothing but blanks, commas or "and" before it."""
    joiner = _JOINER.search(words, at, at + MAX_PHRASE_CHARS)
    if joiner is None or _without_end(f" {words[at : joiner.start()]}"):
        return None
    return joiner


def _unquoted(words: str, begin: int) -> tuple[str, int, int]:
    """Read a text without quotes: it ends before the first joiner that a phrase follows."""
    looked_at = begin
    for joiner in _JOINER.finditer(words, begin):
        if joiner.start() < looked_at:
            continue  # The same run of joiners has been looked behind already.
        follows = _start(words, joiner.end())
        if _is_step(words, follows):
            return _without_end(words[begin : joiner.start()]), joiner.start(), joiner.end()
        looked_at = follows
    return words[begin:].rstrip(), len(words), len(words)


def _is_step(words: str, at: int) -> bool:
    """Whether a phrase begins at *at*; of one with a free text its opening is enough."""
    begin = _past_politeness(words, _start(words, at))
    if any(free.opening.match(words, begin) for free in FREE):
        return True
    joiner = _JOINER.search(words, begin, begin + MAX_PHRASE_CHARS)
    piece = words[begin : joiner.start() if joiner else begin + MAX_PHRASE_CHARS + 1]
    return _fixed(_without_end(piece)) is not None


def _start(words: str, at: int) -> int:
    """Skip joiners and what stands around them."""
    while at < len(words):
        if joiner := _JOINER.match(words, at):
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
