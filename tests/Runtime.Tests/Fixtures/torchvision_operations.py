"""AutoAugment by torchvision. Arguments: the images (bytes), their number, channels, height and width, a file for the answers, one for the tables.

Applies every operation of torchvision's own space at every level and, where it has one, both signs: the answers are all images under the first, then
under the second, and so on. The tables are lines of words: "apply OPERATION LEVEL SIGN MAGNITUDE" in the order of the answers, and
"pair POLICY OPERATION PROBABILITY LEVEL OPERATION PROBABILITY LEVEL" in the order of the policies; a level of none is -1."""

import sys

import numpy
import torch
from torchvision.transforms import InterpolationMode
from torchvision.transforms.autoaugment import AutoAugment, AutoAugmentPolicy, _apply_op

images, n, c, h, w, answers, tables = sys.argv[1:]
x = torch.from_numpy(numpy.fromfile(images, numpy.uint8).reshape(int(n), int(c), int(h), int(w)))
LEVELS = 10
results, lines = [], []
for name, (magnitudes, signed) in AutoAugment()._augmentation_space(LEVELS, (int(h), int(w))).items():
    for level in range(LEVELS):
        for sign in (1, -1) if signed else (1,):
            magnitude = sign * float(magnitudes[level] if magnitudes.dim() else magnitudes)
            results.append(torch.stack([_apply_op(image, name, magnitude, InterpolationMode.NEAREST, [128.0] * int(c)) for image in x]))
            lines.append(f"apply {name} {level} {sign} {magnitude}")
for policy, name in ((AutoAugmentPolicy.IMAGENET, "Imagenet"), (AutoAugmentPolicy.CIFAR10, "Cifar10")):
    for pair in AutoAugment(policy).policies:
        parts = [f"{operation} {probability} {-1 if level is None else level}" for operation, probability, level in pair]
        lines.append(f"pair {name} {' '.join(parts)}")
torch.stack(results).numpy().tofile(answers)
open(tables, "w").write("\n".join(lines))
