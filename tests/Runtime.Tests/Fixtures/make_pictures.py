#!/usr/bin/env python3
"""Small picture files of every kind that the decoder must read, each with the pixels Pillow makes of it.

Run with a Python that has Pillow and NumPy:  python3 make_pictures.py  (last run: Pillow 9.4). Writes Pictures/NAME and beside it NAME.rgb:
width and height as one byte each, then red, green and blue of each pixel.
"""

import io
import pathlib
import struct

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
    buffer = io.BytesIO()
    image.save(buffer, pathlib.Path(name).suffix[1:].replace("jpg", "jpeg"), **options)
    write_bytes(name, buffer.getvalue())


def write_bytes(name, data):
    path = FOLDER / name
    path.write_bytes(data)
    # Alpha is dropped, not blended: as Pillow and TensorFlow do.
    with Image.open(path) as stored:
        if stored.mode in ("I", "I;16"):
            pixels = (np.asarray(stored).astype(np.uint32) >> 8).astype(np.uint8)
            rgb = np.stack([pixels] * 3, -1)
        else:
            rgb = np.asarray(stored.convert("RGB"))
    height, width, _ = rgb.shape
    path.with_name(name + ".rgb").write_bytes(bytes([width, height]) + rgb.tobytes())


def bmp(image, bits, compression, pixels, palette=b"", masks=(), top_down=False):
    """A BMP by hand, of the forms that Pillow reads but does not write."""
    tables = struct.pack(f"<{len(masks)}I", *masks) + palette
    start = 14 + 40 + len(tables)
    height = -image.height if top_down else image.height
    header = struct.pack("<IiiHHIIiiII", 40, image.width, height, 1, bits, compression, len(pixels), 0, 0, len(palette) // 4, 0)
    return b"BM" + struct.pack("<IHHI", start + len(pixels), 0, 0, start) + header + tables + pixels


def rows(image, bits, value):
    """The rows of a BMP from the bottom up, each pixel a number of so many bits, each row padded to four bytes."""
    data = b""
    for y in reversed(range(image.height)):
        row = b"".join(value(image.getpixel((x, y))).to_bytes(bits // 8, "little") for x in range(image.width))
        data += row + bytes(-len(row) % 4)
    return data


def packed(red, green, blue):
    """The value of a pixel whose channels have so many bits, red uppermost."""
    return lambda rgb: rgb[0] >> (8 - red) << (green + blue) | rgb[1] >> (8 - green) << blue | rgb[2] >> (8 - blue)


def palette_of(image):
    colours = image.getpalette()
    return b"".join(bytes((colours[3 * i + 2], colours[3 * i + 1], colours[3 * i], 0)) for i in range(len(colours) // 3))


def run_lengths(image):
    """Indices of 8 bits: runs, indices written out and the mark of the end. Pillow 9.4 reads jumps wrongly, so there are none."""
    data = b""
    for y in reversed(range(image.height)):
        line = [image.getpixel((x, y)) for x in range(image.width)]
        data += bytes((0, 9, *line[:9], 0))
        while len(line) > 9:
            count = next((i for i in range(9, len(line)) if line[i] != line[9]), len(line)) - 9
            data += bytes((count, line[9]))
            line[9:] = line[9 + count :]
        data += b"\0\0"
    return data + b"\0\1"


def run_lengths_of_halves(image):
    """Indices of 4 bits: pairs that are written out and, since Pillow 9.4 loses the last of an odd number, a run of one."""
    data = b""
    for y in reversed(range(image.height)):
        line = [image.getpixel((x, y)) for x in range(image.width)]
        pairs = bytes(line[i] << 4 | line[i + 1] for i in range(0, image.width - 1, 2))
        data += bytes((0, image.width - 1)) + pairs + bytes(len(pairs) % 2) + bytes((1, line[-1] << 4)) + b"\0\0"
    return data + b"\0\1"


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

write("lossy.webp", colour, quality=80)
write("lossless.webp", colour, lossless=True)
write("alpha.webp", rgba, lossless=True, exact=True)
write("alpha_lossy.webp", rgba, quality=90)
colour.save(FOLDER / "animated.webp", save_all=True, append_images=[colour.transpose(Image.FLIP_TOP_BOTTOM)], lossless=True)

few = colour.quantize(16)
write("colour.bmp", colour)
write("grey.bmp", colour.convert("L"))
write("two_colours.bmp", colour.convert("1"))
write("palette.bmp", colour.quantize(200))
write_bytes("bits_32.bmp", bmp(colour, 32, 0, rows(colour, 32, packed(8, 8, 8))))
write_bytes("bits_16.bmp", bmp(colour, 16, 0, rows(colour, 16, packed(5, 5, 5))))
write_bytes("masks.bmp", bmp(colour, 16, 3, rows(colour, 16, packed(5, 6, 5)), masks=(0xF800, 0x07E0, 0x001F)))
write_bytes("masks_32.bmp", bmp(colour, 32, 3, rows(colour, 32, packed(8, 8, 8)), masks=(0xFF0000, 0xFF00, 0xFF)))
write_bytes("top_down.bmp", bmp(colour, 24, 0, rows(colour, 24, packed(8, 8, 8)), top_down=True))
write_bytes("run_lengths.bmp", bmp(few, 8, 1, run_lengths(few), palette_of(few)))
write_bytes("run_lengths_4.bmp", bmp(few, 4, 2, run_lengths_of_halves(few), palette_of(few)[:64]))
core = struct.pack("<IHHHH", 12, few.width, few.height, 1, 8)
old = b"".join(palette_of(few)[4 * i : 4 * i + 3] for i in range(16)) + bytes(3 * 240)
write_bytes("oldest.bmp", b"BM" + struct.pack("<IHHI", 0, 0, 0, 14 + 12 + 768) + core + old + rows(few, 8, lambda index: index))

# Of many blocks, for decoding parts of them; what they are compared with is the whole, so they need no pixels beside them.
many_blocks = waves(157, 118)
many_blocks.save(FOLDER / "blocks.jpg", quality=75, subsampling=2)
many_blocks.save(FOLDER / "blocks_full_colour.jpg", quality=75, subsampling=0)
many_blocks.save(FOLDER / "blocks_progressive.jpg", quality=75, subsampling=2, progressive=True)
