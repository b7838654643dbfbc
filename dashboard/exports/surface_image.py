"""The smooth heatmap as a PNG of its own: the same colours and strengths that the page gives it."""

import base64
import struct
import zlib

import numpy as np
from numpy.typing import NDArray

#: Strength of the whole picture, as on the page.
OPACITY = 0.9


def data_uri(shade: NDArray[np.uint8], ramp: tuple[str, ...]) -> str:
    """shade: (height, width), row 0 in the north, 0 nothing, 1..255 along the ramp (#rrggbb, weakest first)."""
    return "data:image/png;base64," + base64.b64encode(png(shade, *palette(ramp))).decode("ascii")


def palette(ramp: tuple[str, ...]) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Colours (256, 3) and opacities (256,) of the shades; shade 0 is clear."""
    steps = np.array([[int(colour[at : at + 2], 16) for at in (1, 3, 5)] for colour in ramp], float)
    shades = np.arange(256)
    place = np.clip((shades - 1) / 254, 0, 1) * (len(ramp) - 1)
    colours = np.stack([np.interp(place, np.arange(len(ramp)), steps[:, band]) for band in range(3)], axis=1)
    opacities = np.where(shades == 0, 0, np.minimum(215, 60 + shades * 1.6))
    return np.round(colours).astype(np.uint8), np.round(opacities).astype(np.uint8)


def png(shade: NDArray[np.uint8], colours: NDArray[np.uint8], opacities: NDArray[np.uint8]) -> bytes:
    """One byte a pixel, with a palette (PNG colour type 3)."""
    height, width = shade.shape
    lines = np.zeros((height, width + 1), np.uint8)  # the first byte of a line names its filter: none
    lines[:, 1:] = shade
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
        (b"PLTE", colours.tobytes()),
        (b"tRNS", opacities.tobytes()),
        (b"IDAT", zlib.compress(lines.tobytes(), 9)),
        (b"IEND", b""),
    )
    chunks = (struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts)
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)
