import json
import sys
from pathlib import Path

import pytest

from device_agent.cli.demo import _prefix, _Report
from device_agent.cli.demonstration.steps import Outcome
from device_agent.cli.output import Output

WENT_WELL = Outcome("facts", ok=True, detail="26 of 26", facts={"devices": 26})
WENT_WRONG = Outcome("typed", ok=False, detail="timed_out: no outcome", facts={})
LEFT_BEHIND = Outcome("end", ok=False, detail="a process was left behind", facts={})


def test_one_step_that_fails_fails_the_demo(capsys: pytest.CaptureFixture[str]) -> None:
    report = _Report(Output())
    report.tell(WENT_WELL)
    report.tell(WENT_WRONG)
    assert report.end("here", 1.26, checked=False) == 1
    facts, typed, verdict = capsys.readouterr().out.splitlines()
    assert facts == "facts     26 of 26"
    assert typed == "typed     FAILED: timed_out: no outcome"
    assert verdict.strip() == "failed: typed, in 1.3 s"


def test_only_check_minds_what_was_left_behind(capsys: pytest.CaptureFixture[str]) -> None:
    for checked, code in ((False, 0), (True, 1)):
        report = _Report(Output())
        report.tell(LEFT_BEHIND)
        assert report.end("here", 1.0, checked=checked) == code
    assert "FAILED: a process was left behind" in capsys.readouterr().out


def test_success_says_how_to_go_on_with_this_device(capsys: pytest.CaptureFixture[str]) -> None:
    report = _Report(Output())
    report.tell(WENT_WELL)
    assert report.end("desk-7", 2.0, checked=True) == 0
    out = capsys.readouterr().out
    assert "constellation hub" in out
    assert "--device desk-7 " in out


def test_quiet_tells_what_failed_alone(capsys: pytest.CaptureFixture[str]) -> None:
    report = _Report(Output(quiet=True))
    report.tell(WENT_WELL)
    report.progress("working")
    report.tell(WENT_WRONG)
    assert report.end("here", 1.0, checked=True) == 1
    told = capsys.readouterr()
    assert told.out == "typed     FAILED: timed_out: no outcome\n"
    assert told.err == ""


def test_json_is_one_document(capsys: pytest.CaptureFixture[str]) -> None:
    report = _Report(Output(as_json=True))
    report.tell(WENT_WELL)
    report.tell(WENT_WRONG)
    assert report.end("here", 1.23456, checked=True) == 1
    told = json.loads(capsys.readouterr().out)
    assert (told["ok"], told["took_s"]) == (False, 1.235)
    assert told["steps"][0] == {"name": "facts", "ok": True, "detail": "26 of 26", "devices": 26}


def test_commands_are_shown_as_this_shell_finds_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(sys, "argv", [str(tmp_path / "bin" / "device-agent")])
    assert _prefix() == ""
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "constellation").touch(0o755)
    assert _prefix() == f"{tmp_path}/bin/"
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert _prefix() == ""
