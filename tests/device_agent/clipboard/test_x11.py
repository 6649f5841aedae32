"""Copying and pasting between the agent and real programs on a real X server."""

import gc
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from device_agent.clipboard import Clip, Content, Selection, Wanted
from device_agent.clipboard.x11 import X11Clipboard
from device_agent.errors import Failure, ToolError
from device_agent.inputs.x11 import X11Inputs
from tests.device_agent.clipboard.others import Client, Keeper, gtk, gtk_paste, png, xclip
from tests.x11 import running_x_server, tk_entry, wait_until, x_server_of_its_own, xterm

TEXT = "héllo 你好 😀\tEnd\n"
LARGE = "ü😀a\n" * 700_000
BOARD = ("-selection", "clipboard")


@pytest.fixture
def display() -> Iterator[str]:
    with x_server_of_its_own() as name:
        yield name


@pytest.fixture
def clipboard(display: str) -> X11Clipboard:
    return X11Clipboard(display)


def read(
    clipboard: X11Clipboard,
    selection: Selection = Selection.CLIPBOARD,
    wanted: Wanted = Wanted.AUTO,
    timeout_s: float = 3.0,
) -> Clip:
    return clipboard.read(selection, wanted, timeout_s, lambda: None)


def test_an_empty_clipboard_is_a_result(clipboard: X11Clipboard) -> None:
    assert read(clipboard) == Clip()


@pytest.mark.parametrize("text", [TEXT, "", LARGE], ids=["short", "empty", "large"])
@pytest.mark.parametrize("selection", list(Selection))
def test_text_travels_both_ways(
    display: str, clipboard: X11Clipboard, selection: Selection, text: str
) -> None:
    named = ("-selection", selection.value)
    clipboard.write(selection, Content(text=text))
    assert xclip(display, *named) == text.encode()
    assert xclip(display, *named, "-t", "text/plain;charset=utf-8") == text.encode()
    assert read(clipboard, selection).text == text
    xclip(display, *named, given=f"{text}!".encode())
    assert read(clipboard, selection).text == f"{text}!"


@pytest.mark.parametrize("size", [(20, 10), (1500, 1000)])
def test_pictures_travel_both_ways(
    display: str, clipboard: X11Clipboard, size: tuple[int, int]
) -> None:
    picture = png(*size)
    clipboard.write(Selection.CLIPBOARD, Content(png=picture))
    assert xclip(display, *BOARD, "-t", "image/png") == picture
    assert read(clipboard).image == picture
    assert read(clipboard, wanted=Wanted.TEXT).text is None
    xclip(display, *BOARD, "-t", "image/png", given=picture[:-1])
    assert read(clipboard).image == picture[:-1]


def test_a_gtk_application_pastes_what_was_copied(display: str, clipboard: X11Clipboard) -> None:
    clipboard.write(Selection.CLIPBOARD, Content(png=png(400, 300)))
    assert gtk_paste(display, "paste").split() == ["400", "300", "010203"]
    clipboard.write(Selection.CLIPBOARD, Content(text=LARGE))
    assert gtk_paste(display, "paste-text") == LARGE


def test_what_a_gtk_application_copied_is_read(
    display: str, clipboard: X11Clipboard, tmp_path: Path
) -> None:
    (tmp_path / "picture.png").write_bytes(png(400, 300))
    with gtk(display, "copy", str(tmp_path / "picture.png")):
        clip = read(clipboard)
        assert clip.image is not None
        assert clip.image.startswith(b"\x89PNG")
        assert "image/bmp" in clip.formats
    with gtk(display, "copy-text", TEXT):
        assert read(clipboard).text == TEXT


def test_tk_pastes_and_copies(display: str, clipboard: X11Clipboard, tmp_path: Path) -> None:
    text = TEXT.strip()
    clipboard.write(Selection.CLIPBOARD, Content(text=text))
    inputs = X11Inputs(display)
    with tk_entry(display, tmp_path) as entry:
        inputs.press_keys("ctrl+v")
        entry.expect(text)
        clipboard.write(Selection.CLIPBOARD, Content(text="other"))
        inputs.press_keys("ctrl+slash")  # Tk's own for "select all" on X11.
        inputs.press_keys("ctrl+c")
        wait_until(lambda: read(clipboard).text == text, "Tk has copied")
    inputs.close()


def test_xterm_pastes_and_marks(display: str, clipboard: X11Clipboard, tmp_path: Path) -> None:
    inputs = X11Inputs(display)
    with xterm(display, tmp_path) as terminal:
        clipboard.write(Selection.PRIMARY, Content(text="marked 你好"))
        inputs.press_keys("shift+insert")
        terminal.expect("marked 你好")
        # A triple click marks the whole line that is under the pointer.
        inputs.click(*terminal.center, count=3)
        wait_until(lambda: read(clipboard, Selection.PRIMARY).text != "marked 你好", "xterm marks")
    inputs.close()


def test_formats_are_told(display: str, clipboard: X11Clipboard) -> None:
    xclip(display, *BOARD, "-t", "text/html", given=b"<b>x</b>")
    clip = read(clipboard)
    assert clip == Clip(("text/html",))


def test_a_clip_in_latin1_alone_is_read(display: str, clipboard: X11Clipboard) -> None:
    xclip(display, *BOARD, "-t", "STRING", given="é".encode("latin-1"))
    assert read(clipboard).text == "é"


def test_what_an_ended_program_had_copied_is_gone(display: str, clipboard: X11Clipboard) -> None:
    xclip(display, *BOARD, given=b"x")
    for each in _owners(display):
        each.kill()
    wait_until(lambda: read(clipboard) == Clip(), "the clipboard is empty")


def test_an_owner_that_hangs_is_told_in_time(display: str, clipboard: X11Clipboard) -> None:
    xclip(display, *BOARD, given=b"x")
    for each in _owners(display):
        each.send_signal(signal.SIGSTOP)
    began_s = time.monotonic()
    with pytest.raises(ToolError) as caught:
        read(clipboard, timeout_s=0.5)
    assert caught.value.failure is Failure.TIMED_OUT
    assert 0.4 < time.monotonic() - began_s < 2.0
    clipboard.write(Selection.CLIPBOARD, Content(text="works again"))
    assert read(clipboard).text == "works again"
    for each in _owners(display):
        each.kill()


def test_an_owner_that_goes_while_it_is_asked_is_not_waited_for(
    display: str, clipboard: X11Clipboard
) -> None:
    xclip(display, *BOARD, given=b"x")
    (owner,) = _owners(display)
    owner.send_signal(signal.SIGSTOP)
    began_s = time.monotonic()

    def kill() -> None:
        if time.monotonic() - began_s > 0.2 and owner.is_running():
            owner.kill()

    with pytest.raises(ToolError) as caught:
        clipboard.read(Selection.CLIPBOARD, Wanted.AUTO, 20.0, kill)
    assert caught.value.failure is Failure.FAILED
    assert time.monotonic() - began_s < 5.0


def test_a_call_that_nobody_wants_any_more_does_not_wait(
    display: str, clipboard: X11Clipboard
) -> None:
    xclip(display, *BOARD, given=b"x")
    (owner,) = _owners(display)
    owner.send_signal(signal.SIGSTOP)

    def check() -> None:
        raise ToolError(Failure.CANCELLED, "nobody waits")

    with pytest.raises(ToolError) as caught:
        clipboard.read(Selection.CLIPBOARD, Wanted.AUTO, 20.0, check)
    assert caught.value.failure is Failure.CANCELLED
    owner.kill()


def test_who_pastes_a_large_clip_may_go_halfway(display: str, clipboard: X11Clipboard) -> None:
    clipboard.write(Selection.CLIPBOARD, Content(text=LARGE))
    for _ in range(3):
        client = Client(display)
        assert client.ask("UTF8_STRING")
        assert client.properties.name(client.properties.atom("INCR")) == "INCR"
        client.connection.disconnect()
    assert xclip(display, *BOARD) == LARGE.encode()


def test_several_paste_a_large_clip_at_once(display: str, clipboard: X11Clipboard) -> None:
    clipboard.write(Selection.CLIPBOARD, Content(text=LARGE))
    command = ["xclip", "-display", display, *BOARD, "-o"]
    pasting = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(4)]
    assert [each.communicate(timeout=30)[0] for each in pasting] == [LARGE.encode()] * 4


def test_several_formats_at_once_and_what_is_told_about_a_clip(
    display: str, clipboard: X11Clipboard
) -> None:
    clipboard.write(Selection.CLIPBOARD, Content(text="é"))
    client = Client(display)
    client.put_pairs("PLACE", ("STRING", "ONE"), ("image/png", "TWO"), ("UTF8_STRING", "THREE"))
    assert client.ask("MULTIPLE")
    names = [client.properties.name(number) for number in client.numbers()]
    assert names == ["STRING", "ONE", "", "TWO", "UTF8_STRING", "THREE"]
    assert client.content("ONE") == b"\xe9"
    assert client.content("THREE") == "é".encode()
    assert client.ask("TIMESTAMP")
    (owned,) = client.numbers()
    assert owned > 0
    assert client.ask("TARGETS")
    targets = {client.properties.name(number) for number in client.numbers()}
    assert {"TARGETS", "TIMESTAMP", "MULTIPLE", "SAVE_TARGETS", "UTF8_STRING"} <= targets
    assert client.ask("SAVE_TARGETS")
    assert not client.ask("image/png")
    assert not client.ask("UTF8_STRING", time=owned - 1000)
    assert client.ask("UTF8_STRING", place=None) == client.properties.atom("UTF8_STRING")


def test_it_is_known_when_a_clip_was_pasted(display: str, clipboard: X11Clipboard) -> None:
    assert not clipboard.wait_until_taken(Selection.CLIPBOARD, 0.0)
    clipboard.write(Selection.CLIPBOARD, Content(text="x"))
    Client(display).ask("TARGETS")
    assert not clipboard.wait_until_taken(Selection.CLIPBOARD, 0.1)
    assert xclip(display, *BOARD) == b"x"
    assert clipboard.wait_until_taken(Selection.CLIPBOARD, 5.0)


def test_a_clipboard_manager_keeps_it_when_we_leave(display: str, clipboard: X11Clipboard) -> None:
    keeper = Keeper(display)
    clipboard.write(Selection.CLIPBOARD, Content(text=TEXT))
    clipboard.leave(5.0)
    assert keeper.saved.wait(5.0)
    assert keeper.kept["UTF8_STRING"] == TEXT.encode()


def test_leaving_does_not_wait_where_there_is_nobody_to_keep_it(clipboard: X11Clipboard) -> None:
    clipboard.leave(5.0)
    clipboard.write(Selection.CLIPBOARD, Content(text=TEXT))
    began_s = time.monotonic()
    clipboard.leave(5.0)
    assert time.monotonic() - began_s < 2.0


def test_a_server_that_was_lost_and_is_back_has_a_clipboard_again() -> None:
    with running_x_server() as (name, server):
        clipboard = X11Clipboard(name)
        clipboard.write(Selection.CLIPBOARD, Content(text="before"))
        server.kill()
        server.wait()
        with pytest.raises(ToolError) as caught:
            read(clipboard)
        assert caught.value.failure is Failure.NO_SESSION
        with pytest.raises(ToolError) as caught:
            clipboard.write(Selection.CLIPBOARD, Content(text="meanwhile"))
        assert caught.value.failure is Failure.NO_SESSION
        with running_x_server(at=name):
            assert read(clipboard) == Clip()
            clipboard.write(Selection.CLIPBOARD, Content(text="after"))
            assert read(clipboard).text == "after"


def test_a_thousand_clips_leave_nothing_open(clipboard: X11Clipboard) -> None:
    clipboard.write(Selection.CLIPBOARD, Content(text="x"))
    gc.collect()
    before = len(list(Path("/proc/self/fd").iterdir()))
    for number in range(500):
        clipboard.write(Selection.CLIPBOARD, Content(text=str(number)))
        assert read(clipboard).text == str(number)
    assert len(list(Path("/proc/self/fd").iterdir())) <= before


def _owners(display: str) -> list[psutil.Process]:
    """The xclips that stay in the background on a display."""
    return [
        each
        for each in psutil.process_iter(["name", "cmdline"])
        if each.info["name"] == "xclip" and display in (each.info["cmdline"] or ())
    ]
