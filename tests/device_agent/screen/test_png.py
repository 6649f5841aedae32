import importlib
import io
import sys

import pytest
from PIL import Image

from device_agent.screen import png as png_module


def gradient() -> Image.Image:
    return Image.linear_gradient("L").resize((37, 29)).convert("RGB")


def test_what_is_written_is_read_back() -> None:
    image = gradient()
    with Image.open(io.BytesIO(png_module.png(image))) as read:
        assert read.tobytes() == image.tobytes()


def test_zlib_writes_it_where_there_is_no_isal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "isal", None)
    try:
        slow = importlib.reload(png_module)
        assert slow.fast_zlib.__name__ == "zlib"
        with Image.open(io.BytesIO(slow.png(gradient()))) as read:
            assert read.tobytes() == gradient().tobytes()
    finally:
        monkeypatch.undo()
        importlib.reload(png_module)
