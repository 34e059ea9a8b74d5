"""Applies operations of AutoAugment to images by torchvision. Arguments: the images (bytes), their number, channels, height and width, a file
with an operation and its magnitude a line, the file for the answers."""

import math
import sys

import numpy
import torch
import torchvision.transforms.functional as F
from torchvision.transforms import InterpolationMode

images, n, c, h, w, operations, answers = sys.argv[1:]
x = torch.from_numpy(numpy.fromfile(images, numpy.uint8).reshape(int(n), int(c), int(h), int(w)))
FILL = [128.0] * 3


def affine(image, translate=(0, 0), shear=(0.0, 0.0), **more):
    return F.affine(
        image,
        angle=0.0,
        translate=list(translate),
        scale=1.0,
        shear=list(shear),
        interpolation=InterpolationMode.NEAREST,
        fill=FILL,
        **more,
    )


def degrees(slope):
    return math.degrees(math.atan(slope))


OPERATIONS = {
    "ShearX": lambda image, m: affine(image, shear=(degrees(m), 0.0), center=[0, 0]),
    "ShearY": lambda image, m: affine(image, shear=(0.0, degrees(m)), center=[0, 0]),
    "TranslateX": lambda image, m: affine(image, translate=(int(m), 0)),
    "TranslateY": lambda image, m: affine(image, translate=(0, int(m))),
    "Rotate": lambda image, m: F.rotate(image, m, interpolation=InterpolationMode.NEAREST, fill=FILL),
    "Brightness": lambda image, m: F.adjust_brightness(image, 1 + m),
    "Color": lambda image, m: F.adjust_saturation(image, 1 + m),
    "Contrast": lambda image, m: F.adjust_contrast(image, 1 + m),
    "Sharpness": lambda image, m: F.adjust_sharpness(image, 1 + m),
    "Posterize": lambda image, m: F.posterize(image, int(m)),
    "Solarize": lambda image, m: F.solarize(image, m),
    "AutoContrast": lambda image, m: F.autocontrast(image),
    "Equalize": lambda image, m: F.equalize(image),
    "Invert": lambda image, m: F.invert(image),
}
results = []
for line in open(operations):
    name, magnitude = line.split()
    results.append(torch.stack([OPERATIONS[name](image, float(magnitude)) for image in x]))
torch.stack(results).numpy().tofile(answers)
