"""Pictures become PNG files."""

import io

import pytest
from PIL import Image

from device_agent.clipboard.pictures import as_png
from device_agent.clipboard.windows import BMP_HEAD_BYTES, _bmp
from device_agent.errors import Failure, ToolError
from tests.device_agent.clipboard.others import png


def _as(kind: str, mode: str = "RGB") -> bytes:
    file = io.BytesIO()
    Image.new(mode, (30, 20), 7 if mode == "P" else None).save(file, kind)
    return file.getvalue()


def test_png_stays_as_it_is() -> None:
    content = png(30, 20)
    picture = as_png(content)
    assert (picture.png, picture.width, picture.height) == (content, 30, 20)


@pytest.mark.parametrize("kind", ["JPEG", "WEBP", "BMP", "GIF", "TIFF"])
def test_other_formats_are_turned_into_it(kind: str) -> None:
    picture = as_png(_as(kind))
    with Image.open(io.BytesIO(picture.png)) as image:
        assert (image.format, image.size) == ("PNG", (30, 20))


@pytest.mark.parametrize("content", [b"", b"no picture", b"\x89PNG\r\n\x1a\n", png(30, 20)[:200]])
def test_what_is_no_picture_is_refused(content: bytes) -> None:
    with pytest.raises(ToolError) as caught:
        as_png(content)
    assert caught.value.failure is Failure.BAD_ARGUMENTS


def test_a_picture_of_too_many_pixels_is_refused_before_it_is_unpacked() -> None:
    file = io.BytesIO()
    Image.new("1", (12_000, 12_000)).save(file, "PNG")
    with pytest.raises(ToolError) as caught:
        as_png(file.getvalue())
    assert caught.value.failure is Failure.BAD_ARGUMENTS


@pytest.mark.parametrize("mode", ["RGB", "P", "1"])
def test_a_bitmap_as_windows_holds_it_is_a_picture(mode: str) -> None:
    whole = _as("BMP", mode)
    assert _bmp(whole[BMP_HEAD_BYTES:]) == whole
