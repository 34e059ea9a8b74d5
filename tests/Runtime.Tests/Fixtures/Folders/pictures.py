"""Bytes of picture files: every form that a decoder may meet, and broken ones."""

import io
import struct
import zlib

from PIL import Image


def picture(draw, width, height):
    """A smooth random picture, unlike any other."""
    small = Image.frombytes("RGB", (4, 4), bytes(draw.below(256) for _ in range(48)))
    return small.resize((width, height), Image.BICUBIC)


def size(draw, side):
    """Width and height: mostly near the side of the views, some of them odd."""
    return draw.one(
        [
            (side, side), (side, side), (side + 5, side - 3), (side - 7, side + 2), (2 * side + 1, side), (side, 3 * side), (side // 2, side // 2),
            (97, 41), (33, 130), (1, 1), (1, 40), (60, 1), (2, 3), (400, 9), (7, 300), (257, 255),
        ]
    )


def saved(image, kind, **options):
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


def png_by_hand(width, height, depth, colour, rows):
    """A PNG of rows of bytes, for depths that PIL does not write."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, depth, colour, 0, 0, 0)
    body = zlib.compress(b"".join(b"\0" + row for row in rows), 6)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def sixteen_bits(image, draw):
    """The same picture with 16 bits a channel; the lower eight are noise, which a reader drops."""
    channels, colour = (1, 0) if image.mode == "L" else (3, 2)
    data, stride = image.tobytes(), image.width * channels
    rows = (data[y * stride : (y + 1) * stride] for y in range(image.height))
    return png_by_hand(image.width, image.height, 16, colour, [b"".join(bytes((value, draw.below(256))) for value in row) for row in rows])


def plain(draw, image):
    """An ordinary file of a picture, with the ending that belongs to it."""
    if draw.below(2):
        return saved(image, "PNG"), ".png"
    return saved(image, "JPEG", quality=draw.one([60, 85, 95]), subsampling=draw.one([0, 1, 2]), progressive=draw.below(4) == 0), ".jpg"


def unusual(draw, image):
    """A file of a picture in a form that is rarer."""
    exif = Image.Exif()
    exif[0x0112] = 6  # "turn by 90 degrees", which is ignored
    alpha = picture(draw, image.width, image.height).convert("L")
    forms = [
        lambda: (saved(image.convert("L"), "PNG"), ".png"),
        lambda: (saved(image.convert("1"), "PNG"), ".png"),
        lambda: (saved(Image.merge("LA", (image.convert("L"), alpha)), "PNG"), ".png"),
        lambda: (saved(Image.merge("RGBA", (*image.split(), alpha)), "PNG"), ".png"),
        lambda: (saved(image.quantize(16), "PNG"), ".png"),
        lambda: (saved(image.quantize(4), "PNG", bits=2), ".png"),
        lambda: (saved(image.quantize(200), "PNG", transparency=3), ".png"),
        lambda: (sixteen_bits(image, draw), ".png"),
        lambda: (sixteen_bits(image.convert("L"), draw), ".png"),
        lambda: (saved(image, "PNG", icc_profile=b"no profile at all"), ".png"),
        lambda: (saved(image, "PNG") + b"what follows the end", ".png"),
        lambda: (saved(image.convert("L"), "JPEG"), ".jpg"),
        lambda: (saved(image.convert("CMYK"), "JPEG", quality=95), ".jpg"),
        lambda: (saved(image, "JPEG", quality=90, exif=exif.tobytes()), ".jpg"),
        lambda: (saved(image, "JPEG", quality=90, progressive=True), ".jpeg"),
        lambda: (saved(image, "JPEG", quality=90) + b"what follows the end", ".jpg"),
        lambda: (stray(saved(image, "JPEG", quality=90)), ".jpg"),
        lambda: (saved(image, "JPEG", quality=1), ".jpg"),
        lambda: (saved(image, "WEBP", quality=90), ".webp"),
        lambda: (saved(image, "WEBP", lossless=True), ".webp"),
        lambda: (saved(Image.merge("RGBA", (*image.split(), alpha)), "WEBP", lossless=True, exact=True), ".webp"),
        lambda: (saved(image, "BMP"), ".bmp"),
        lambda: (saved(image.quantize(16), "BMP"), ".bmp"),
        lambda: (saved(image.convert("1"), "BMP"), ".bmp"),
        lambda: (saved(image, "BMP"), ".jpg"),
        lambda: (saved(image, "WEBP", quality=90), ".png"),
        lambda: (saved(image, "JPEG", quality=90), draw.one((".jpe", ".jfif", ".JFIF"))),
    ]
    return draw.one(forms)()


def stray(jpeg):
    """A JPEG with a byte between two markers that belongs to neither: decoders warn and go on."""
    end = 2 + 2 + struct.unpack(">H", jpeg[4:6])[0]  # of the first segment
    return jpeg[:end] + b"\x55" + jpeg[end:]


def broken(draw, image):
    """A file that is no picture, whatever its ending says."""
    png, jpeg = saved(image, "PNG"), saved(image, "JPEG", quality=90)
    cut = 3 + draw.below(6)  # tenths
    flipped = bytearray(png)
    flipped[png.index(b"IDAT") + 6 + draw.below(4)] ^= 0x5A
    return draw.one(
        [
            b"",
            b"not a picture\n",
            b"\xff",
            b"\xff\xd8",
            b"\xff\xd8\xff\xe0\x00\x10JFIF",
            b"\x89PNG\r\n\x1a\n",
            png[: len(png) * cut // 10],
            jpeg[: len(jpeg) * cut // 10],
            bytes(flipped),
            bytes(len(png)),
            saved(image, "GIF"),
            saved(image, "BMP")[: 60 + draw.below(100)],
            saved(image, "WEBP")[: 30 + draw.below(60)],
            saved(image, "TIFF"),
            b"<svg xmlns='http://www.w3.org/2000/svg'/>",
            png[:16] + struct.pack(">I", 0) + png[20:],
        ]
    )


def enormous():
    """A PNG of few bytes whose pixels would fill more than two thousand million."""
    side = 27_000
    return png_by_hand(side, side, 1, 0, (bytes(side // 8 + 1) for _ in range(side)))
