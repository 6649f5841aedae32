import io

import pytest
from PIL import Image

from device_agent.errors import Failure, ToolError
from device_agent.screen import Frame, Region
from device_agent.screen import encode as encode_module
from device_agent.screen.encode import PictureFormat, Shape, _writes_webp, encode

WIDTH, HEIGHT = 64, 48
PIXELS = bytes(
    value
    for y in range(HEIGHT)
    for x in range(WIDTH)
    for value in (x * 4 % 256, y * 5 % 256, (x + y) * 2 % 256, 0)
)
FRAME = Frame(PIXELS, Region(10, 20, WIDTH, HEIGHT))


def opened(content: bytes) -> Image.Image:
    with Image.open(io.BytesIO(content)) as image:
        image.load()
        return image


def test_a_png_is_lossless() -> None:
    picture = encode(FRAME)
    expected = Image.frombuffer("RGB", (WIDTH, HEIGHT), PIXELS, "raw", "BGRX", 0, 1)
    assert opened(picture.content).tobytes() == expected.tobytes()
    assert (picture.width, picture.height, picture.scale) == (WIDTH, HEIGHT, 1.0)
    assert picture.format.media_type == "image/png"


@pytest.mark.parametrize("height", [1, 2])
def test_a_png_may_be_a_row_or_two(height: int) -> None:
    frame = Frame(PIXELS[: WIDTH * height * 4], Region(0, 0, WIDTH, height))
    assert opened(encode(frame).content).size == (WIDTH, height)


@pytest.mark.parametrize("picture_format", list(PictureFormat))
def test_every_format_says_what_it_is(picture_format: PictureFormat) -> None:
    image = opened(encode(FRAME, picture_format).content)
    assert image.size == (WIDTH, HEIGHT)
    assert (image.format or "").lower() == picture_format.value


def test_without_the_fast_library_pillow_writes_the_jpeg(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(encode_module, "_simplejpeg", lambda: None)
    assert opened(encode(FRAME, PictureFormat.JPEG).content).format == "JPEG"


def test_jpegs_of_lower_quality_are_smaller() -> None:
    sizes = [len(encode(FRAME, PictureFormat.JPEG, quality=q).content) for q in (5, 50, 95)]
    assert sizes == sorted(sizes)


@pytest.mark.parametrize(
    ("shape", "size"),
    [
        (Shape(), (64, 48)),
        (Shape(scale=0.5), (32, 24)),
        (Shape(scale=5.0), (64, 48)),
        (Shape(max_width=16), (16, 12)),
        (Shape(max_height=12), (16, 12)),
        (Shape(max_width=1000, max_height=1000), (64, 48)),
        (Shape(scale=0.5, max_width=8), (8, 6)),
        (Shape(scale=0.0001), (1, 1)),
        (Shape(max_width=640, max_height=1000, enlarge=True), (640, 480)),
        (Shape(max_width=32, max_height=1000, enlarge=True), (32, 24)),
    ],
)
def test_pictures_shrink_and_keep_their_proportion(shape: Shape, size: tuple[int, int]) -> None:
    picture = encode(FRAME, shape=shape)
    assert (picture.width, picture.height) == size
    assert opened(picture.content).size == size
    assert picture.scale == size[0] / WIDTH


@pytest.mark.parametrize("shape", [Shape(scale=0), Shape(max_width=-1), Shape(max_height=0)])
def test_a_bound_that_is_not_positive_is_refused(shape: Shape) -> None:
    with pytest.raises(ToolError) as refused:
        encode(FRAME, shape=shape)
    assert refused.value.failure is Failure.BAD_ARGUMENTS


@pytest.mark.parametrize("quality", [0, 101])
def test_a_quality_out_of_range_is_refused(quality: int) -> None:
    with pytest.raises(ToolError) as refused:
        encode(FRAME, PictureFormat.JPEG, quality=quality)
    assert refused.value.failure is Failure.BAD_ARGUMENTS


def test_an_enlarged_picture_is_as_large_as_it_says() -> None:
    picture = encode(FRAME, shape=Shape(max_width=128, max_height=128, enlarge=True))
    with Image.open(io.BytesIO(picture.content)) as image:
        assert image.size == (128, 96) == (picture.width, picture.height)
    assert picture.scale == 2.0


def test_webp_that_was_not_built_in_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    _writes_webp.cache_clear()
    monkeypatch.setattr("PIL.features.check", lambda name: name != "webp")
    with pytest.raises(ToolError) as refused:
        encode(FRAME, PictureFormat.WEBP)
    _writes_webp.cache_clear()
    assert refused.value.failure is Failure.UNAVAILABLE
