"""The peer of bench/decode: torchvision's ImageFolder with two random views of each image, one process, one thread.

make FOLDER COUNT    writes COUNT JPEG files of 500 x 375 whose spectra fall as photographs' do (amplitude 1/f), under FOLDER/train/a and b
time FOLDER SECONDS  images a second, as JSON
"""

import json
import os
import sys
import time

import numpy as np
import PIL
import torch
import torchvision
from PIL import Image
from torchvision import datasets, transforms

WIDTH, HEIGHT, SIDE = 500, 375, 224


def photograph(rng):
    down, across = np.fft.fftfreq(HEIGHT)[:, None], np.fft.rfftfreq(WIDTH)[None, :]
    frequency = np.maximum(np.hypot(down, across), 1 / WIDTH)

    def plane(deviation):
        noise = rng.normal(size=frequency.shape) + 1j * rng.normal(size=frequency.shape)
        values = np.fft.irfft2(noise / frequency, s=(HEIGHT, WIDTH))
        return deviation * (values - values.mean()) / values.std()

    planes = np.stack([128 + plane(55), 128 + plane(15), 128 + plane(15)], axis=2)
    return Image.fromarray(np.clip(planes, 0, 255).astype(np.uint8), mode="YCbCr").convert("RGB")


def make(folder, count):
    rng = np.random.default_rng(0)
    for i in range(count):
        for part in ("train", "test"):
            os.makedirs(os.path.join(folder, part, "ab"[i % 2]), exist_ok=True)
        image = photograph(rng)
        image.save(os.path.join(folder, "train", "ab"[i % 2], f"{i:04}.jpg"), quality=90)
        if i < 2:
            image.save(os.path.join(folder, "test", "ab"[i % 2], f"{i:04}.jpg"), quality=90)


def measure(folder, seconds):
    torch.set_num_threads(1)
    view = transforms.Compose([transforms.RandomResizedCrop(SIDE), transforms.RandomHorizontalFlip(), transforms.ToTensor()])
    images = datasets.ImageFolder(os.path.join(folder, "train"), transform=lambda image: (view(image), view(image)))
    for i in range(len(images)):
        images[i]
    done, start = 0, time.perf_counter()
    while time.perf_counter() - start < seconds:
        images[done % len(images)]
        done += 1
    rate = done / (time.perf_counter() - start)
    libraries = f"torchvision {torchvision.__version__}, Pillow {PIL.__version__}"
    print(json.dumps({"images_per_second": rate, "libraries": libraries}))


if __name__ == "__main__":
    if sys.argv[1] == "make":
        make(sys.argv[2], int(sys.argv[3]))
    else:
        measure(sys.argv[2], float(sys.argv[3]))
