"""Draws the pictures of docs/tutorial.md: discs, squares and triangles. It needs Python alone.

    python3 samples/draw_pictures.py my-pictures         train/CLASS/ and test/CLASS/ with 10 and 20 pictures, unlabelled/ with 90
    python3 samples/draw_pictures.py --sheet FILE.png    one picture with some of them, as the tutorial shows
"""

import math
import os
import random
import struct
import sys
import zlib

CLASSES = ["disc", "square", "triangle"]
SIDE = 48
LABELLED, TEST, UNLABELLED = 10, 20, 30  # of each class


def png(path, rows):
    """Writes rows of (red, green, blue) as a PNG file."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", len(rows[0]), len(rows), 8, 2, 0, 0, 0)
    data = b"".join(b"\0" + bytes(value for pixel in row for value in pixel) for row in rows)
    with open(path, "wb") as file:
        file.write(b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(data, 9)) + chunk(b"IEND", b""))


def bmp(path, rows):
    """Writes rows of (red, green, blue), whose length is a multiple of 4, as a BMP file."""
    data = bytes(value for row in reversed(rows) for red, green, blue in row for value in (blue, green, red))
    head = struct.pack("<IIIIiiHHIIiiII", 54 + len(data), 0, 54, 40, len(rows[0]), len(rows), 1, 24, 0, len(data), 0, 0, 0, 0)
    with open(path, "wb") as file:
        file.write(b"BM" + head + data)


def colour(draw, low, high):
    return [draw.randint(low, high) for _ in range(3)]


def picture(kind, draw):
    """A bright shape, turned and placed at random, on a dark ground that is brighter on one side, with noise."""
    ground, bright = colour(draw, 10, 90), colour(draw, 120, 250)
    x0, y0, radius = draw.uniform(17, 31), draw.uniform(17, 31), draw.uniform(9, 15)
    turn, light = draw.uniform(-0.5, 0.5), draw.uniform(0, 2 * math.pi)
    rows = []
    for y in range(SIDE):
        row = []
        for x in range(SIDE):
            dx, dy = x - x0, y - y0
            u, v = dx * math.cos(turn) + dy * math.sin(turn), dy * math.cos(turn) - dx * math.sin(turn)
            inside = {
                "disc": dx * dx + dy * dy <= radius * radius,
                "square": max(abs(u), abs(v)) <= 0.85 * radius,
                "triangle": v <= 0.7 * radius and abs(u) <= 0.58 * (v + 1.2 * radius),
            }[kind]
            shade = 25 * ((x / SIDE - 0.5) * math.cos(light) + (y / SIDE - 0.5) * math.sin(light))
            row.append([min(255, max(0, int(value + shade + draw.gauss(0, 2)))) for value in (bright if inside else ground)])
        rows.append(row)
    return rows


def write(folder):
    draw = random.Random(1)
    os.makedirs(os.path.join(folder, "unlabelled"))
    nameless = []
    for kind in CLASSES:
        for part, count in ("train", LABELLED), ("test", TEST):
            os.makedirs(os.path.join(folder, part, kind))
            for i in range(count):
                bmp(os.path.join(folder, part, kind, f"{i:02}.bmp"), picture(kind, draw))
        nameless += [picture(kind, draw) for _ in range(UNLABELLED)]
    draw.shuffle(nameless)  # so that not even their order says what they show
    for i, rows in enumerate(nameless):
        bmp(os.path.join(folder, "unlabelled", f"{i:02}.bmp"), rows)


def sheet(path):
    draw, gap, white = random.Random(1), 4, (255, 255, 255)
    rows = []
    for kind in CLASSES:
        pictures = [picture(kind, draw) for _ in range(LABELLED)]
        rows += [[white] * (LABELLED * (SIDE + gap) + gap)] * gap
        rows += [[white] * gap + [pixel for one in pictures for pixel in one[y] + [white] * gap] for y in range(SIDE)]
        for _ in range(TEST + UNLABELLED):  # drawn as in the folder, and not shown
            picture(kind, draw)
    png(path, rows + [[white] * len(rows[0])] * gap)


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--sheet":
        sheet(sys.argv[2])
    elif len(sys.argv) == 2:
        write(sys.argv[1])
    else:
        sys.exit(__doc__)
