"""Pictures of every shape, and what Pillow makes of them: the views that evaluation should see. Argument: a folder.

Writes pictures/NAME.png|jpg, inks.jpg with answers/inks.rgb, and answers/FILE.SIDE.KERNEL, float32 [3, side, side] in [0, 1], for KERNEL aa (Pillow's own bicubic, which antialiases) and
for tf2, tf1, torch (four taps, written out below). Pictures are decoded by Pillow at their full size.
"""

import pathlib
import sys

import numpy as np
from PIL import Image

folder = pathlib.Path(sys.argv[1])
(folder / "pictures").mkdir(parents=True)
(folder / "answers").mkdir()
rng = np.random.default_rng(3)


def photograph(width, height):
    """Noise with the spectrum of photographs, its three channels apart."""
    far = np.hypot(np.fft.fftfreq(height)[:, None], np.fft.fftfreq(width)[None])
    far[0, 0] = 1
    noise = [np.fft.ifft2(np.fft.fft2(rng.normal(size=(height, width))) / far).real for _ in range(3)]
    channels = np.stack([(x - x.min()) / (x.max() - x.min()) for x in noise], -1)
    return (channels * [255, 200, 150] + [0, 30, 90]).astype(np.uint8)


def checkerboard(cell):
    y, x = np.mgrid[0:1024, 0:1024] // cell
    return np.repeat(((x + y) % 2 * 255).astype(np.uint8)[..., None], 3, -1)


def stripes():
    return np.repeat((np.mgrid[0:1024, 0:1024][1] % 2 * 255).astype(np.uint8)[..., None], 3, -1)


def evaluation_box(width, height, side):
    """tf2/data_util.py: small images whole, others the central 0.875 of the shorter side."""
    if side <= 32:
        return 0, 0, width, height
    crop = round(0.875 * min(width, height))
    top, left = (height - crop + 1) // 2, (width - crop + 1) // 2
    return left, top, left + crop, top + crop


def antialiased(pixels, side):
    resized = [Image.fromarray(pixels[..., c].astype(np.float32), "F").resize((side, side), Image.BICUBIC) for c in range(3)]
    return np.stack([np.asarray(x) for x in resized])


def taps(length, side, kernel):
    a, middle = {"tf2": (-0.5, 0.5), "tf1": (-0.75, 0.0), "torch": (-0.75, 0.5)}[kernel]
    weights = np.zeros((side, length))
    for i in range(side):
        at = (i + middle) * length / side - middle
        for tap in range(int(np.floor(at)) - 1, int(np.floor(at)) + 3):
            d = abs(at - tap)
            w = (a + 2) * d**3 - (a + 3) * d**2 + 1 if d < 1 else a * d**3 - 5 * a * d**2 + 8 * a * d - 4 * a if d < 2 else 0
            if kernel != "tf2" or 0 <= tap < length:
                weights[i, min(max(tap, 0), length - 1)] += w
    return weights / weights.sum(1, keepdims=True)


def four_taps(pixels, side, kernel):
    down, across = taps(pixels.shape[0], side, kernel), taps(pixels.shape[1], side, kernel)
    return np.stack([down @ pixels[..., c].astype(float) @ across.T for c in range(3)])


def write(name, side, kernel, view):
    (folder / "answers" / f"{name}.{side}.{kernel}").write_bytes(np.clip(view / 255, 0, 1).astype(np.float32).tobytes())


boards = {"checker1": checkerboard(1), "checker3": checkerboard(3), "stripes": stripes()}
photographs = {
    "landscape": photograph(501, 376),
    "portrait": photograph(376, 501),
    "square": photograph(333, 333),
    "long": photograph(1600, 141),
}
# Four inks, black among them, which a colour picture turned into CMYK does not have; the inverted bytes of Adobe's programs.
inks = np.concatenate([photograph(40, 30), photograph(40, 30)[..., :1]], -1)
Image.fromarray(inks, "CMYK").save(folder / "pictures" / "inks.jpg", quality=95, subsampling=0)
with Image.open(folder / "pictures" / "inks.jpg") as stored:
    (folder / "answers" / "inks.rgb").write_bytes(stored.convert("RGB").tobytes())

for name, pixels in {**boards, **photographs}.items():
    Image.fromarray(pixels).save(folder / "pictures" / f"{name}.png", compress_level=1)
    Image.fromarray(pixels).save(folder / "pictures" / f"{name}.jpg", quality=90, subsampling=0 if name in boards else 2)
    for file in (f"{name}.png", f"{name}.jpg"):
        with Image.open(folder / "pictures" / file) as stored:
            whole = np.asarray(stored.convert("RGB"))
        for side in (24, 32, 48, 96) if name in boards else (24, 64, 224):
            left, top, right, bottom = evaluation_box(whole.shape[1], whole.shape[0], side)
            crop = whole[top:bottom, left:right]
            write(file, side, "aa", antialiased(crop, side))
            if name in ("landscape", "checker3") and side != 32:
                for kernel in ("tf2", "tf1", "torch"):
                    write(file, side, kernel, four_taps(crop, side, kernel))
