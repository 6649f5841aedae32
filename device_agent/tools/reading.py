"""Read the screen, by tesseract."""

import csv
import io
import itertools
import shutil
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from PIL import Image, ImageOps

from ..catalog.parts import Area
from ..catalog.watching import FindTextArguments, FindTextResult, TextMatch
from ..errors import Failure, ToolError
from ..screen import Frame, Region
from .bench import Bench
from .programs import run
from .targets import target_of

TESSERACT = "tesseract"
LIST_TIMEOUT_S = 5.0
# Letters on screens are small for an engine that was taught on scans of 300 dots an inch.
ENLARGED = 2
# Beyond this enlarging costs more time than it gives words.
MOST_ENLARGED_PIXELS = 20_000_000
# Its "sparse text": as much as can be found, in no particular order.
LAYOUT = "11"
# More threads than cores make it several times slower; one is as fast as two.
ENVIRONMENT = {"OMP_THREAD_LIMIT": "1"}
# Words of a line stand at most this much apart, in heights of the line.
GAP_HEIGHTS = 2.0


@dataclass(frozen=True, slots=True)
class Word:
    """A word that was read; places in screen pixels."""

    text: str
    line: tuple[int, int, int]
    region: Region
    confidence: float


def find_text(arguments: FindTextArguments, bench: Bench) -> FindTextResult:
    """Find a text on the screen."""
    program = shutil.which(TESSERACT)
    if program is None:
        raise ToolError(
            Failure.UNAVAILABLE,
            "reading the screen needs tesseract, which is not installed on this machine (Debian: "
            "apt-get install tesseract-ocr)",
        )
    _require_languages(program, arguments.languages, bench)
    with bench.desktop.another_screen() as screen:
        target = target_of(arguments, screen, bench.desktop.views)
        frame = screen.grab(target.region)
    factor, content = _picture(frame)
    printed = run(
        [program, "stdin", "stdout", "-l", arguments.languages, "--psm", LAYOUT, "tsv"],
        bench,
        stdin=content,
        timeout_s=arguments.timeout_s,
        environment=ENVIRONMENT,
    )
    if printed.exit_code != 0:
        last = printed.stderr.strip().splitlines()[-1:] or ["no reason given"]
        raise ToolError(Failure.FAILED, f"tesseract failed: {last[0]}")
    words = words_in(printed.stdout.decode(errors="replace"), frame.region, factor)
    certain = [word for word in words if word.confidence >= arguments.min_confidence]
    found = [match for line in lines_of(certain) for match in matches_in(line, arguments)]
    found.sort(key=lambda match: (match.region.y, match.region.x))
    kept = tuple(found[: arguments.max_matches])
    return FindTextResult(matches=kept, truncated=len(found) > len(kept))


def words_in(tsv: str, region: Region, factor: int) -> Iterator[Word]:
    """
    The words in tesseract's TSV.

    Args:
        tsv: With a heading; ``conf`` is -1 for what is no word, else 0 to 100.
        region: What the picture showed.
        factor: How much larger than the screen the picture was.

    """
    for row in csv.DictReader(io.StringIO(tsv), delimiter="\t", quoting=csv.QUOTE_NONE):
        text = (row["text"] or "").strip()
        confidence = float(row["conf"])
        if not text or confidence < 0:
            continue
        left, top, width, height = (
            int(row[name]) / factor for name in ("left", "top", "width", "height")
        )
        place = Region(
            region.x + round(left),
            region.y + round(top),
            max(1, round(width)),
            max(1, round(height)),
        )
        line = (int(row["block_num"]), int(row["par_num"]), int(row["line_num"]))
        yield Word(text, line, place, min(1.0, confidence / 100))


def lines_of(words: Iterable[Word]) -> Iterator[list[Word]]:
    """Words that stand in one line, from the left."""
    by_line = sorted(words, key=lambda word: (word.line, word.region.x))
    for _, group in itertools.groupby(by_line, key=lambda word: word.line):
        line = list(group)
        begin = 0
        for place in range(1, len(line)):
            if _apart(line[place - 1], line[place]):
                yield line[begin:place]
                begin = place
        yield line[begin:]


def matches_in(line: Sequence[Word], arguments: FindTextArguments) -> Iterator[TextMatch]:
    """Where a line has the wanted text; the line itself where any will do."""
    if arguments.text is None:
        yield _match(line)
        return
    said = [_folded(word.text, arguments) for word in line]
    whole = " ".join(said)
    wanted = " ".join(_folded(word, arguments) for word in arguments.text.split())
    begins = [0, *itertools.accumulate(len(word) + 1 for word in said)]
    at = whole.find(wanted) if wanted else -1
    while at >= 0:
        end = at + len(wanted)
        hit = [
            word
            for word, begin, length in zip(line, begins, map(len, said), strict=False)
            if begin < end and begin + length > at
        ]
        if hit and _fits(whole, at, end, arguments):
            yield _match(hit)
        at = whole.find(wanted, end)


def _fits(line: str, at: int, end: int, arguments: FindTextArguments) -> bool:
    if arguments.match == "exact":
        return at == 0 and end == len(line)
    if arguments.match == "whole_words":
        return line[at - 1 : at] in {"", " "} and line[end : end + 1] in {"", " "}
    return True


def _folded(text: str, arguments: FindTextArguments) -> str:
    return text if arguments.case else text.casefold()


def _apart(one: Word, other: Word) -> bool:
    gap = other.region.x - one.region.x - one.region.width
    return gap > GAP_HEIGHTS * max(one.region.height, other.region.height)


def _match(words: Sequence[Word]) -> TextMatch:
    boxes = [word.region for word in words]
    left, top = min(box.x for box in boxes), min(box.y for box in boxes)
    right = max(box.x + box.width for box in boxes)
    lower = max(box.y + box.height for box in boxes)
    return TextMatch(
        text=" ".join(word.text for word in words),
        region=Area(x=left, y=top, width=right - left, height=lower - top),
        confidence=round(min(word.confidence for word in words), 3),
    )


def _picture(frame: Frame) -> tuple[int, bytes]:
    """The frame in grey and enlarged, as a file; and by how much."""
    size = (frame.region.width, frame.region.height)
    image = Image.frombuffer("RGB", size, frame.pixels, "raw", "BGRX", 0, 1).convert("L")
    factor = 1 if size[0] * size[1] * ENLARGED**2 > MOST_ENLARGED_PIXELS else ENLARGED
    if factor > 1:
        image = ImageOps.scale(image, factor, Image.Resampling.BICUBIC)
    target = io.BytesIO()
    image.save(target, "PPM")
    return factor, target.getvalue()


def _require_languages(program: str, languages: str, bench: Bench) -> None:
    """Refuse a language that is not there: tesseract would go on with the others."""
    printed = run(
        [program, "--list-langs"], bench, stdin=b"", timeout_s=LIST_TIMEOUT_S, environment={}
    )
    # The first line is a heading.
    installed = printed.stdout.decode(errors="replace").split("\n")[1:-1]
    missing = [name for name in languages.split("+") if name not in installed]
    if missing:
        raise ToolError(
            Failure.UNAVAILABLE,
            f"tesseract has no {' and no '.join(missing)} on this machine, it has "
            f"{', '.join(installed) or 'none'}",
        )
