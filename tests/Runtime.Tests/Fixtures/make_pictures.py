#!/usr/bin/env python3
"""Small picture files of every kind that the decoder must read, each with the pixels Pillow makes of it.

Run with a Python that has Pillow and NumPy:  python3 make_pictures.py  (last run: Pillow 9.4). Writes Pictures/NAME.jpg|png and beside it
NAME.jpg.rgb or NAME.png.rgb: width and height as one byte each, then red, green and blue of each pixel.
"""

import pathlib

import numpy as np
from PIL import Image

FOLDER = pathlib.Path(__file__).with_name("Pictures")
WIDTH, HEIGHT = 23, 17


def waves(width=WIDTH, height=HEIGHT):
    y, x = np.mgrid[0:height, 0:width]
    red = 127 + 120 * np.sin(x / 5)
    green = 127 + 120 * np.cos(y / 4)
    blue = 127 + 120 * np.sin((x + y) / 7)
    return Image.fromarray(np.stack([red, green, blue], -1).astype(np.uint8))


def write(name, image, **options):
    path = FOLDER / name
    image.save(path, **options)
    # Alpha is dropped, not blended: as Pillow and TensorFlow do.
    with Image.open(path) as stored:
        if stored.mode in ("I", "I;16"):
            pixels = (np.asarray(stored).astype(np.uint32) >> 8).astype(np.uint8)
            rgb = np.stack([pixels] * 3, -1)
        else:
            rgb = np.asarray(stored.convert("RGB"))
    height, width, _ = rgb.shape
    path.with_name(name + ".rgb").write_bytes(bytes([width, height]) + rgb.tobytes())


FOLDER.mkdir(exist_ok=True)
colour = waves()
write("colour.jpg", colour, quality=95, subsampling=0)
write("subsampled.jpg", colour, quality=90, subsampling=2)
write("progressive.jpg", colour, quality=90, progressive=True)
write("grey.jpg", colour.convert("L"), quality=95)
write("cmyk.jpg", colour.convert("CMYK"), quality=95, subsampling=0)
turned = Image.Exif()
turned[0x0112] = 6
write("turned.jpg", colour, quality=95, exif=turned)
write("colour.png", colour)
write("grey.png", colour.convert("L"))
write("palette.png", colour.quantize(16))
rgba = colour.convert("RGBA")
rgba.putalpha(Image.fromarray(np.tile(np.linspace(0, 255, WIDTH).astype(np.uint8), (HEIGHT, 1))))
write("alpha.png", rgba)
write("grey_alpha.png", rgba.convert("LA"))
write("sixteen.png", Image.fromarray((np.asarray(colour.convert("L")).astype(np.uint16) << 8) + 77))

# Of many blocks, for decoding parts of them; what they are compared with is the whole, so they need no pixels beside them.
many_blocks = waves(157, 118)
many_blocks.save(FOLDER / "blocks.jpg", quality=75, subsampling=2)
many_blocks.save(FOLDER / "blocks_full_colour.jpg", quality=75, subsampling=0)
many_blocks.save(FOLDER / "blocks_progressive.jpg", quality=75, subsampling=2, progressive=True)
