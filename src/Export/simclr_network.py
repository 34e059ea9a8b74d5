"""Networks of SimClrDsl in PyTorch.

    import torch
    from simclr_network import load

    network = load("my-experiment-finetune-pytorch.safetensors").eval()
    with torch.no_grad():
        logits = network(images)             # images: float32 [N, channels, side, side], pixels from 0 to 1, not normalised
        features = network.features(images)  # the encoder's output
    names = [network.class_names[i] for i in logits.argmax(1)]

The layers are read off the names and shapes of the tensors in the file, so this module loads every network that
'simclr export --as pytorch' writes: residual networks of any depth and width, with basic or bottleneck blocks, with selective kernels, with
every stem, and with a projection head, a part of one, or none. It needs PyTorch and nothing else. A network can be trained further.
"""

import json
import struct

import torch
from torch import nn
from torch.nn import functional


def load(path):
    """The network of a file, in training mode as every new module; call eval() before you use it."""
    tensors, metadata = read(path)
    return Network(tensors, metadata)


def read(path):
    """The tensors and the metadata of a safetensors file with float32 tensors."""
    with open(path, "rb") as file:
        (length,) = struct.unpack("<Q", file.read(8))
        header = json.loads(file.read(length))
        data = bytearray(file.read())
    metadata = header.pop("__metadata__", {})
    tensors = {}
    for name, entry in header.items():
        begin, end = entry["data_offsets"]
        if entry["dtype"] != "F32":
            raise ValueError(f"{path}: tensor '{name}' is {entry['dtype']}, not F32")
        count = (end - begin) // 4
        tensors[name] = torch.frombuffer(data, dtype=torch.float32, count=count, offset=begin).reshape(entry["shape"]).clone()
    return tensors, metadata


class Network(nn.Module):
    """An encoder with whatever is on it: a projection head, a classifier, layers of a head and a classifier, or nothing."""

    def __init__(self, tensors, metadata):
        super().__init__()
        self.class_names = json.loads(metadata.get("class_names", "[]"))
        self.encoder = Encoder(Part(tensors, "encoder"), metadata["stem_pool"] == "true", metadata["skip_pool"] == "true")
        heads = [Part(tensors, path) for path in sorted(paths(tensors)) if path.startswith(("head.layer", "layer"))]
        self.head = nn.Sequential(*[DenseNorm(part) for part in heads])
        self.classifier = Dense(Part(tensors, "classifier")) if "params.classifier.kernel" in tensors else nn.Identity()

    def features(self, images):
        return self.encoder(images)

    def forward(self, images):
        return self.classifier(self.head(self.features(images)))


class Encoder(nn.Module):
    def __init__(self, part, stem_pool, skip_pool):
        super().__init__()
        self.stem_pool = stem_pool
        stem = part.child("stem")
        deep = stem.has("first")
        names = ["first", "second", "third"] if deep else ["conv"]
        # Stems with a pool halve the image in their first convolution too.
        strides = [2 if stem_pool and i == 0 else 1 for i in range(len(names))]
        self.stem = nn.Sequential(*[ConvNorm(stem.child(name), stride) for name, stride in zip(names, strides)])
        blocks = []
        for group in range(1, 5):
            blocks.append(Block(part.child(f"group{group}_entry"), 1 if group == 1 else 2, skip_pool))
            body, i = part.child(f"group{group}_body"), 0
            while body.has(str(i)):
                blocks.append(Block(body.child(str(i)), 1, skip_pool))
                i += 1
        self.blocks = nn.Sequential(*blocks)

    def forward(self, x):
        for unit in self.stem:
            x = unit(x).relu()
        return self.blocks(max_pool(x) if self.stem_pool else x).mean((2, 3))


class Block(nn.Module):
    """A residual block: two or three convolutions, or a selective-kernel unit in place of one, and a skip connection."""

    def __init__(self, part, stride, skip_pool):
        super().__init__()
        names = ["reduce", "spatial", "expand"] if part.has("reduce") else ["first", "second"]
        strided = "spatial" if part.has("reduce") else "first"
        self.main = nn.ModuleList()
        for name in names:
            unit = SelectiveKernel if part.child(name).has("streams") else ConvNorm
            self.main.append(unit(part.child(name), stride if name == strided else 1))
        self.skip_stride = stride if skip_pool else None
        self.skip = ConvNorm(part.child("skip"), 1 if skip_pool else stride) if part.has("skip") else None

    def forward(self, x):
        skip = x
        if self.skip is not None:
            skip = self.skip(x if self.skip_stride is None else average_pool(x, self.skip_stride))
        for unit in self.main[:-1]:
            x = unit(x).relu()
        return (self.main[-1](x) + skip).relu()


class ConvNorm(nn.Module):
    """A convolution without bias and its batch norm."""

    def __init__(self, part, stride):
        super().__init__()
        kernel = part.parameter("kernel")
        self.conv = nn.Conv2d(kernel.shape[1], kernel.shape[0], kernel.shape[2], stride, (kernel.shape[2] - 1) // 2, bias=False)
        self.norm = norm(nn.BatchNorm2d(kernel.shape[0]), part)
        fill(self.conv.weight, kernel)

    def forward(self, x):
        return self.norm(self.conv(x))


class SelectiveKernel(nn.Module):
    """Two streams of one convolution, mixed per channel by a gate."""

    def __init__(self, part, stride):
        super().__init__()
        self.streams = ConvNorm(part.child("streams"), stride)
        self.squeeze = ConvNorm(part.child("squeeze"), 1)
        kernel = part.parameter("expand")
        self.expand = nn.Conv2d(kernel.shape[1], kernel.shape[0], 1, bias=False)
        fill(self.expand.weight, kernel)

    def forward(self, x):
        first, second = self.streams(x).relu().chunk(2, dim=1)
        pooled = (first + second).mean((2, 3), keepdim=True)
        one, other = self.expand(self.squeeze(pooled).relu()).chunk(2, dim=1)
        return second + (first - second) * (one - other).sigmoid()


class DenseNorm(nn.Module):
    """A layer of a projection head: hidden ones have a ReLU, the last one has a batch norm without shift and no ReLU."""

    def __init__(self, part):
        super().__init__()
        kernel = part.parameter("kernel")
        self.is_last = not part.has("norm")
        self.dense = nn.Linear(kernel.shape[1], kernel.shape[0], bias=False)
        self.norm = norm(nn.BatchNorm1d(kernel.shape[0]), part)
        self.norm.bias.requires_grad = not self.is_last
        fill(self.dense.weight, kernel)

    def forward(self, x):
        x = self.norm(self.dense(x))
        return x if self.is_last else x.relu()


class Dense(nn.Linear):
    """A linear classifier."""

    def __init__(self, part):
        kernel = part.parameter("kernel")
        super().__init__(kernel.shape[1], kernel.shape[0])
        fill(self.weight, kernel)
        fill(self.bias, part.parameter("bias"))


def max_pool(x):
    """3×3 with stride 2, padded as TensorFlow does: an even side at the bottom and right only."""
    top, left = x.shape[2] % 2, x.shape[3] % 2
    return functional.max_pool2d(functional.pad(x, (left, 1, top, 1)), 3, 2)


def average_pool(x, stride):
    """2×2, padded as TensorFlow does: left out of the averages at stride 1, zeros at stride 2 if a side is odd."""
    if stride == 1:
        return functional.avg_pool2d(functional.pad(x, (0, 1, 0, 1), mode="replicate"), 2, 1)
    return functional.avg_pool2d(functional.pad(x, (0, x.shape[3] % 2, 0, x.shape[2] % 2)), 2, 2)


def norm(module, part):
    """A batch norm with the values of the file. The last layer of a projection head has a scale of its own and no shift."""
    fill(module.weight, part.parameter("norm.scale" if part.has("norm") else "scale"))
    fill(module.bias, part.parameter("norm.shift") if part.has("norm") else torch.zeros_like(module.bias))
    fill(module.running_mean, part.statistic("mean"))
    fill(module.running_var, part.statistic("variance"))
    return module


def fill(target, values):
    with torch.no_grad():
        target.copy_(values)


def paths(tensors):
    """The paths of all layers with a kernel."""
    return [name[len("params.") : -len(".kernel")] for name in tensors if name.startswith("params.") and name.endswith(".kernel")]


class Part:
    """The tensors of the file below a path."""

    def __init__(self, tensors, path):
        self.tensors, self.path = tensors, path

    def child(self, name):
        return Part(self.tensors, f"{self.path}.{name}")

    def has(self, name):
        prefix = f"params.{self.path}.{name}"
        return any(key == prefix or key.startswith(f"{prefix}.") for key in self.tensors)

    def parameter(self, name):
        return self.tensors[f"params.{self.path}.{name}"]

    def statistic(self, name):
        return self.tensors[f"state.{self.path}.{name}"]
