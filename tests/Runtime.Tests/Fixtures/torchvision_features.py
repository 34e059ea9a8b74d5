"""Loads an exported network into torchvision's resnet50, strictly, and writes what it makes of the images: once with the max-pool that the
export names, once with torchvision's own. Arguments: the network, the images, the file for the answers, the max-pool."""

import json
import struct
import sys

import numpy
import torch
import torchvision


def read(path):
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = file.read()
    types = {"F32": numpy.float32, "I64": numpy.int64}
    return {
        name: torch.from_numpy(
            numpy.frombuffer(data[slice(*entry["data_offsets"])], types[entry["dtype"]]).reshape(entry["shape"]).copy()
        )
        for name, entry in header.items()
        if name != "__metadata__"
    }


network, images, answers, pool = sys.argv[1:]
weights = read(network)
model = torchvision.models.resnet50(num_classes=len(weights.get("fc.bias", [0])))
if "fc.weight" not in weights:
    model.fc = torch.nn.Identity()
model.load_state_dict(weights, strict=True)
model.eval()
x = read(images)["images"]
with torch.no_grad():
    plain = model(x)
    model.maxpool = eval(pool)
    both = torch.stack([model(x), plain])
both.numpy().astype("<f4").tofile(answers)
