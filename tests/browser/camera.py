"""Keeps pictures of pages small: as PNG with a palette of the 64 colours that are used most."""

import base64
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
from playwright.sync_api import Browser, Page

MOST_COLOURS: Final = 64
SIGNATURE: Final = b"\x89PNG\r\n\x1a\n"
PALETTE_IMAGE: Final = (8, 3, 0, 0, 0)
PIXELS: Final = """async (picture) => {
  const bytes = Uint8Array.from(atob(picture), (one) => one.charCodeAt(0));
  const drawn = await createImageBitmap(new Blob([bytes]));
  const brush = new OffscreenCanvas(drawn.width, drawn.height).getContext('2d');
  brush.drawImage(drawn, 0, 0);
  const { data } = brush.getImageData(0, 0, drawn.width, drawn.height);
  const url = await new Promise((done) => {
    const reader = new FileReader();
    reader.onload = () => done(reader.result);
    reader.readAsDataURL(new Blob([data]));
  });
  return [drawn.width, drawn.height, url.split(',')[1]];
}"""

Pixels = npt.NDArray[np.uint8]


class Camera:
    """Keeps pictures in a folder and knows which it has kept."""

    def __init__(self, page: Page, folder: Path) -> None:
        self._page = page
        self.folder = folder
        self.kept: set[str] = set()

    def keep(self, name: str, picture: bytes) -> None:
        """Keep a picture under a name that nothing else has."""
        if name in self.kept:
            raise ValueError(f"two pictures are called {name}")
        self.kept.add(name)
        width, height, pixels = self._page.evaluate(PIXELS, base64.b64encode(picture).decode())
        flat = np.frombuffer(base64.b64decode(pixels), np.uint8).reshape(height, width, 4)
        (self.folder / f"{name}.png").write_bytes(_png(flat[:, :, :3]))

    def forget_others(self) -> None:
        """Remove the pictures that are not taken any more."""
        for path in self.folder.glob("*.png"):
            if path.stem not in self.kept:
                path.unlink()


@contextmanager
def camera(chromium: Browser, folder: Path) -> Iterator[Camera]:
    """Open a camera for a folder; its page reads what others have photographed."""
    folder.mkdir(parents=True, exist_ok=True)
    context = chromium.new_context()
    yield Camera(context.new_page(), folder)
    context.close()


def _png(pixels: Pixels) -> bytes:
    """Return pixels (height x width x 3) as PNG, each as the nearest colour of the palette."""
    height, width, _channels = pixels.shape
    packed = pixels.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    colours, where, counts = np.unique(packed, return_inverse=True, return_counts=True)
    palette = _spread(colours[np.argsort(-counts, kind="stable")[:MOST_COLOURS]])
    indices = _nearest(_spread(colours), palette)[where].reshape(height, width)
    lines = np.hstack([np.zeros((height, 1), np.uint8), indices]).tobytes()
    parts = (
        (b"IHDR", struct.pack(">2I5B", width, height, *PALETTE_IMAGE)),
        (b"PLTE", palette.astype(np.uint8).tobytes()),
        (b"IDAT", zlib.compress(lines, 9)),
        (b"IEND", b""),
    )
    return SIGNATURE + b"".join(_chunk(kind, content) for kind, content in parts)


def _spread(colours: npt.NDArray[np.uint32]) -> npt.NDArray[np.int32]:
    return np.stack([colours >> 16, colours >> 8 & 255, colours & 255], axis=1).astype(np.int32)


def _nearest(colours: npt.NDArray[np.int32], palette: npt.NDArray[np.int32]) -> Pixels:
    """Return for each colour the index of the nearest one of the palette."""
    return np.array(
        [np.argmin(((palette - colour) ** 2).sum(axis=1)) for colour in colours], np.uint8
    )


def _chunk(kind: bytes, content: bytes) -> bytes:
    body = kind + content
    return struct.pack(">I", len(content)) + body + struct.pack(">I", zlib.crc32(body))
