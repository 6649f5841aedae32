"""Copying and pasting as a call does it."""

import asyncio
import base64
import io
from collections.abc import Iterator
from typing import Any

import pytest
from PIL import Image

from device_agent.catalog import parse
from device_agent.catalog.clipboard import (
    GET_CLIPBOARD,
    SET_CLIPBOARD,
    GetClipboardResult,
    SetClipboardResult,
)
from device_agent.clipboard import Content, Selection
from device_agent.errors import Failure, ToolError
from device_agent.tools.bench import Bench
from device_agent.tools.clipboard import get_clipboard, lent, set_clipboard
from tests.device_agent.clipboard.others import Keeper, png, xclip
from tests.device_agent.tools.benches import bench
from tests.device_agent.worker.hosts import call, running
from tests.x11 import x_server_of_its_own

BOARD = ("-selection", "clipboard")


@pytest.fixture
def display(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with x_server_of_its_own() as name:
        monkeypatch.setenv("DISPLAY", name)
        yield name


@pytest.fixture
def own(display: str) -> Bench:
    del display
    return bench()


def get(own: Bench, **arguments: Any) -> GetClipboardResult:  # noqa: ANN401
    return get_clipboard(parse(GET_CLIPBOARD, arguments), own)  # type: ignore[arg-type]


def put(own: Bench, **arguments: Any) -> SetClipboardResult:  # noqa: ANN401
    return set_clipboard(parse(SET_CLIPBOARD, arguments), own)  # type: ignore[arg-type]


def test_what_is_set_is_there_for_all(own: Bench, display: str) -> None:
    assert get(own).model_dump(exclude_unset=True) == {"kind": "empty"}
    result = put(own, text="héllo 😀")
    assert result.size_bytes == len("héllo 😀".encode())
    assert "UTF8_STRING" in result.formats
    assert get(own).text == "héllo 😀"
    assert get(own, selection="primary").kind == "empty"
    assert xclip(display, *BOARD).decode() == "héllo 😀"
    put(own, text="both", selection="both")
    assert get(own).text == get(own, selection="primary").text == "both"
    assert get(own, format="image").kind == "other"


def test_any_picture_is_set_and_read_as_png(own: Bench, display: str) -> None:
    file = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 0, 0)).save(file, "JPEG")
    put(own, image=base64.b64encode(file.getvalue()).decode())
    result = get(own)
    assert (result.kind, result.mime_type, result.width, result.height) == (
        "image",
        "image/png",
        40,
        30,
    )
    assert base64.b64decode(result.image or "") == xclip(display, *BOARD, "-t", "image/png")


@pytest.mark.parametrize(
    "wrong", [{}, {"text": "a", "image": "YQ=="}, {"image": "?"}, {"image": "YQ=="}]
)
def test_wrong_content_is_refused_and_the_clipboard_stays(
    own: Bench, wrong: dict[str, str]
) -> None:
    put(own, text="kept")
    with pytest.raises(ToolError) as caught:
        put(own, **wrong)
    assert caught.value.failure is Failure.BAD_ARGUMENTS
    assert get(own).text == "kept"


def test_a_text_with_nul_is_set_too(own: Bench) -> None:
    put(own, text="a\0b\0")
    assert get(own).text == "a\0b"


@pytest.mark.parametrize("before", ["text", "picture", "nothing"])
def test_a_lent_clipboard_is_given_back(own: Bench, display: str, before: str) -> None:
    clipboard = own.desktop.clipboard
    if before == "text":
        clipboard.write(Selection.CLIPBOARD, Content(text="before"))
    elif before == "picture":
        clipboard.write(Selection.CLIPBOARD, Content(png=png(30, 20)))
    was = get(own)
    with lent(clipboard, "typed") as taken:
        assert not taken(0.0)
        assert xclip(display, *BOARD) == b"typed"
        assert taken(5.0)
    now = get(own)
    assert (now.text or None, now.image) == (was.text, was.image)


def test_the_worker_keeps_it_while_it_lives_and_hands_it_over_when_it_ends(display: str) -> None:
    keeper = Keeper(display)

    async def story() -> None:
        async with running(display) as host:
            await call(host, "set_clipboard", text="survives")
            pasted = await asyncio.to_thread(xclip, display, *BOARD)
            assert pasted == b"survives"
            assert (await call(host, "get_clipboard"))["text"] == "survives"

    asyncio.run(story())
    assert keeper.saved.wait(5.0)
    assert keeper.kept["UTF8_STRING"] == b"survives"
