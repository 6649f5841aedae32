"""Reading the screen: what tesseract's words become, and tesseract itself on a real window."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from device_agent.catalog.parts import Zone
from device_agent.catalog.watching import FindTextArguments, FindTextResult
from device_agent.errors import Failure, ToolError
from device_agent.screen import Region
from device_agent.tools.bench import Bench
from device_agent.tools.desktop import Desktop
from device_agent.tools.reading import Word, find_text, lines_of, matches_in, words_in
from tests.device_agent.tools.benches import bench
from tests.x11 import SYSTEM_PYTHON, x_server_of_its_own

LABELS = r"""
import tkinter
root = tkinter.Tk()
root.overrideredirect(True)
root.geometry("600x200+40+60")
for text, x, y, paper, ink in (
    ("Save all changes", 30, 20, "white", "black"),
    ("Cancel", 400, 20, "#203040", "white"),
    ("Save the whales", 30, 120, "white", "black"),
):
    tkinter.Label(root, text=text, bg=paper, fg=ink, font=("DejaVu Sans", 15)).place(x=x, y=y)
root.bind("<Map>", lambda event: root.after(50, lambda: print("shown", flush=True)))
root.mainloop()
"""

HEADING = (
    "level\tpage_num\tblock_num\tpar_num\tline_num\tword_num\tleft\ttop\twidth\theight\tconf\ttext"
)
TSV = "\n".join(
    [
        HEADING,
        "1\t1\t0\t0\t0\t0\t0\t0\t800\t400\t-1\t",
        "4\t1\t1\t1\t1\t0\t20\t40\t300\t20\t-1\t",
        "5\t1\t1\t1\t1\t1\t20\t40\t80\t20\t96.5\tSave",
        '5\t1\t1\t1\t1\t2\t110\t42\t60\t20\t91.0\t"all"',
        "5\t1\t1\t1\t2\t1\t20\t80\t60\t20\t88.0\tQuit",
        "5\t1\t1\t1\t2\t2\t400\t80\t60\t20\t20.0\tHelp",
        "5\t1\t1\t1\t2\t3\t480\t80\t60\t20\t99.0\t ",
    ]
)


def _words() -> list[Word]:
    return list(words_in(TSV, Region(100, 200, 400, 200), factor=2))


def test_words_stand_where_the_screen_shows_them() -> None:
    save, both, *_ = words = _words()
    assert [word.text for word in words] == ["Save", '"all"', "Quit", "Help"]
    assert save.region == Region(110, 220, 40, 10)
    assert both.region == Region(155, 221, 30, 10)
    assert save.confidence == pytest.approx(0.965)


def test_words_far_apart_are_lines_of_their_own() -> None:
    lines = [[word.text for word in line] for line in lines_of(_words())]
    assert lines == [["Save", '"all"'], ["Quit"], ["Help"]]


@pytest.mark.parametrize(
    ("given", "found"),
    [
        ({"text": "save"}, ["Save"]),
        ({"text": "save", "case": True}, []),
        ({"text": 'ave  "a'}, ['Save "all"']),
        ({"text": "sav", "match": "whole_words"}, []),
        ({"text": "save", "match": "whole_words"}, ["Save"]),
        ({"text": "save", "match": "exact"}, []),
        ({"text": 'save "all"', "match": "exact"}, ['Save "all"']),
        ({"text": "a"}, ["Save", '"all"']),
        ({}, ['Save "all"']),
    ],
)
def test_a_text_is_found_across_words(given: dict[str, object], found: list[str]) -> None:
    line = next(lines_of(_words()))
    arguments = FindTextArguments.model_validate(given)
    assert [match.text for match in matches_in(line, arguments)] == found


def test_a_match_is_as_certain_as_its_least_certain_word() -> None:
    (match,) = matches_in(next(lines_of(_words())), FindTextArguments())
    assert match.confidence == 0.91
    assert match.region.model_dump() == {"x": 110, "y": 220, "width": 75, "height": 11}


@contextmanager
def _labels(display: str) -> Iterator[None]:
    environment = {"DISPLAY": display}
    command = [SYSTEM_PYTHON, "-c", LABELS]
    with subprocess.Popen(command, env=environment, stdout=subprocess.PIPE) as process:
        try:
            assert process.stdout is not None
            assert process.stdout.readline() == b"shown\n"
            yield
        finally:
            process.kill()


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with x_server_of_its_own("720x300x24") as name, _labels(name):
        yield name


@pytest.fixture
def on_screen(display: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    monkeypatch.setenv("DISPLAY", display)
    desktop = Desktop()
    yield bench(desktop)
    desktop.screen.close()


def _found(on: Bench, **given: object) -> FindTextResult:
    return find_text(FindTextArguments.model_validate(given), on)


def test_text_on_a_real_window_is_found_where_it_stands(on_screen: Bench) -> None:
    result = _found(on_screen, text="save")
    assert [match.text for match in result.matches] == ["Save", "Save"]
    first, second = (match.region for match in result.matches)
    assert abs(first.x - 70) < 12
    assert abs(first.y - 80) < 20
    assert second.y - first.y == pytest.approx(100, abs=4)
    assert all(match.confidence > 0.6 for match in result.matches)
    (light,) = _found(on_screen, text="Cancel", match="exact", case=True).matches
    assert abs(light.region.x - 440) < 12


def test_a_region_is_read_alone_and_places_stay_those_of_the_screen(on_screen: Bench) -> None:
    lower = Zone(x=40, y=160, width=400, height=80)
    (match,) = _found(on_screen, region=lower).matches
    assert match.text == "Save the whales"
    assert match.region.y > 160


def test_no_more_matches_than_asked_for(on_screen: Bench) -> None:
    result = _found(on_screen, max_matches=1)
    assert (len(result.matches), result.truncated) == (1, True)


def test_without_tesseract_the_reason_is_told(
    on_screen: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolError, match="apt-get install tesseract-ocr") as refused:
        _found(on_screen, text="x")
    assert refused.value.failure is Failure.UNAVAILABLE


def test_a_language_that_is_not_installed_is_told_those_that_are(on_screen: Bench) -> None:
    with pytest.raises(ToolError, match=r"no xyz .* it has .*eng") as refused:
        _found(on_screen, text="x", languages="eng+xyz")
    assert refused.value.failure is Failure.UNAVAILABLE


def test_a_reader_that_fails_is_a_failure(
    on_screen: Bench, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    fake = tmp_path / "tesseract"
    fake.write_text(
        f"#!{sys.executable}\nimport sys\n"
        'print("List", "eng", sep="\\n") if "--list-langs" in sys.argv else sys.exit("broken")\n'
    )
    fake.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ToolError, match="tesseract failed: broken") as refused:
        _found(on_screen, text="x")
    assert refused.value.failure is Failure.FAILED
