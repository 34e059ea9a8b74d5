#!/usr/bin/env python3
"""Reference outputs and gradients of SimCLRv2's blocks, from plain torch.nn in float64.

Run with a Python that has PyTorch:  python3 make.py  (last run: PyTorch 1.13). Writes one safetensors file per function below that is
decorated with @case, named like it.

Independent of the C# code: networks follow the paper and the official TensorFlow code, padding and pooling are written from TensorFlow's
definitions. Weights, statistics and inputs are not stored: both sides compute them from the leaf's name (see `values`; Numbers.cs).

A file holds: y, dx, grad.<leaf> of the loss sum(y * values("y")) in the train phase, next.<leaf> (statistics after it), infer.y.
Leaves of more than FULL values are stored as every STRIDE-th value.
"""

import json
import math
import pathlib
import struct

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

FULL, STRIDE = 1024, 37
CASES = []


def case(function):
    CASES.append(function)
    return function


# --- numbers that both sides compute


def uniform(name, count):
    """count numbers in [-1, 1): FNV-1a of the name, then murmur3's finaliser of a counter."""
    seed = 2166136261
    for byte in name.encode():
        seed = ((seed ^ byte) * 16777619) & 0xFFFFFFFF
    z = (np.arange(count, dtype=np.uint64) * 0x9E3779B9 + seed) & 0xFFFFFFFF
    for shift, factor in ((16, 0x85EBCA6B), (13, 0xC2B2AE35)):
        z = ((z ^ (z >> np.uint64(shift))) * factor) & 0xFFFFFFFF
    z ^= z >> np.uint64(16)
    return z.astype(np.float64) / 2**31 - 1


def values(name, shape):
    """A leaf's numbers: a scale and a centre that suit what it is, rounded to float32."""
    kind = name.split(".")[-1]
    fan_in = math.prod(shape[1:])
    scale, centre = {
        "kernel": (math.sqrt(3 / max(fan_in, 1)), 0),
        "expand": (math.sqrt(3 / max(fan_in, 1)), 0),
        "scale": (0.5, 1),
        "shift": (0.3, 0),
        "bias": (0.1, 0),
        "mean": (0.2, 0),
        "variance": (0.5, 1),
        "image": (0.5, 0.5),
    }.get(kind, (1, 0))
    u = uniform(name, math.prod(shape)) * scale + centre
    return torch.from_numpy(u.astype(np.float32).astype(np.float64)).reshape(shape)


# --- TensorFlow's pooling, from its definition: SAME pads max((ceil(n / s) - 1) s + k - n, 0), the smaller half first


def same(n, k, s):
    total = max((-(-n // s) - 1) * s + k - n, 0)
    return total // 2, total - total // 2


def max_pool_same(x):
    (top, bottom), (left, right) = same(x.shape[2], 3, 2), same(x.shape[3], 3, 2)
    return F.max_pool2d(F.pad(x, (left, right, top, bottom), value=-math.inf), 3, 2)


def average_pool(x, stride):
    if stride == 1:  # SAME, whose average leaves padded cells out
        (top, bottom), (left, right) = same(x.shape[2], 2, 1), same(x.shape[3], 2, 1)
        pad = (left, right, top, bottom)
        return F.avg_pool2d(F.pad(x, pad), 2, 1) / F.avg_pool2d(F.pad(torch.ones_like(x), pad), 2, 1)
    return F.avg_pool2d(F.pad(x, (0, 1, 0, 1)), 2, 2)  # explicit zeros after, which count; an even side never reads them


# --- layers


class Norm:
    """Batch norm whose running variance is the biased one, as the official cross-replica layer stores it."""

    def forward(self, x):
        y = super().forward(x)
        if self.training:
            dims = [d for d in range(x.dim()) if d != 1]
            with torch.no_grad():
                self.running_var = 0.9 * self.before + 0.1 * x.var(dims, unbiased=False)
        return y

    def train(self, mode=True):
        self.before = self.running_var.clone()
        return super().train(mode)


class Norm2d(Norm, nn.BatchNorm2d):
    pass


class Norm1d(Norm, nn.BatchNorm1d):
    pass


class ConvNorm(nn.Module):
    def __init__(self, inputs, outputs, k, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, k, stride, (k - 1) // 2, bias=False)
        self.norm = Norm2d(outputs)

    def forward(self, x):
        return self.norm(self.conv(x))


class Selective(nn.Module):
    def __init__(self, f, stride, ratio=0.0625, inputs=None):
        super().__init__()
        m = max(int(f * ratio), 32)
        self.streams = ConvNorm(inputs or f, 2 * f, 3, stride)
        self.squeeze = ConvNorm(f, m, 1)
        self.expand = nn.Conv2d(m, 2 * f, 1, bias=False)

    def forward(self, x):
        streams = torch.stack(torch.relu(self.streams(x)).chunk(2, 1))
        pooled = streams.sum(0).mean((2, 3), keepdim=True)
        gates = torch.stack(self.expand(torch.relu(self.squeeze(pooled))).chunk(2, 1))
        return (streams * gates.softmax(0)).sum(0)


class Skip(ConvNorm):
    def __init__(self, inputs, outputs, stride, pooled):
        super().__init__(inputs, outputs, 1, 1 if pooled else stride)
        self.pool = (lambda x: average_pool(x, stride)) if pooled else (lambda x: x)

    def forward(self, x):
        return super().forward(self.pool(x))


class Basic(nn.Module):
    def __init__(self, inputs, f, stride=1, project=False, selective=False):
        super().__init__()
        self.first = ConvNorm(inputs, f, 3, stride)
        self.second = ConvNorm(f, f, 3)
        self.skip = Skip(inputs, f, stride, selective) if project else nn.Identity()

    def forward(self, x):
        return torch.relu(self.second(torch.relu(self.first(x))) + self.skip(x))


class SelectiveBasic(nn.Module):
    """A basic block whose first convolution is a selective-kernel unit; its skip is always ResNet-D's."""

    def __init__(self, inputs, f, stride=1, project=False, selective=True):
        super().__init__()
        self.first = Selective(f, stride, inputs=inputs)
        self.second = ConvNorm(f, f, 3)
        self.skip = Skip(inputs, f, stride, selective) if project else nn.Identity()

    def forward(self, x):
        return torch.relu(self.second(self.first(x)) + self.skip(x))


class Bottleneck(nn.Module):
    def __init__(self, inputs, f, stride=1, project=False, selective=False):
        super().__init__()
        self.reduce = ConvNorm(inputs, f, 1)
        self.spatial = Selective(f, stride) if selective else ConvNorm(f, f, 3, stride)
        self.expand = ConvNorm(f, 4 * f, 1)
        self.skip = Skip(inputs, 4 * f, stride, selective) if project else nn.Identity()

    def forward(self, x):
        # Relu of the selective unit's output changes nothing: it is a mean of rectified streams.
        y = torch.relu(self.spatial(torch.relu(self.reduce(x))))
        return torch.relu(self.expand(y) + self.skip(x))


class SmallStem(nn.Module):
    def __init__(self, channels, f):
        super().__init__()
        self.conv = ConvNorm(channels, f, 3)

    def forward(self, x):
        return torch.relu(self.conv(x))


class ImagenetStem(nn.Module):
    def __init__(self, channels, f):
        super().__init__()
        self.conv = ConvNorm(channels, f, 7, 2)

    def forward(self, x):
        return max_pool_same(torch.relu(self.conv(x)))


class ResnetDStem(nn.Module):
    def __init__(self, channels, f):
        super().__init__()
        self.first = ConvNorm(channels, f // 2, 3, 2)
        self.second = ConvNorm(f // 2, f // 2, 3)
        self.third = ConvNorm(f // 2, f, 3)

    def forward(self, x):
        for conv in (self.first, self.second, self.third):
            x = torch.relu(conv(x))
        return max_pool_same(x)


class Encoder(nn.Module):
    def __init__(self, stem, block, blocks, f, selective=False):
        super().__init__()
        self.stem = stem(3, f)
        inputs, expansion = f, 4 if block is Bottleneck else 1
        for g, count in enumerate(blocks):
            width = f * 2**g
            stride = 1 if g == 0 else 2
            setattr(self, f"group{g + 1}_entry", block(inputs, width, stride, True, selective))
            inputs = width * expansion
            body = [block(inputs, width, selective=selective) for _ in range(count - 1)]
            setattr(self, f"group{g + 1}_body", nn.Sequential(*body))

    def forward(self, x):
        return nn.Sequential(*self.children())(x).mean((2, 3))


class HeadLayer(nn.Module):
    def __init__(self, inputs, outputs, last):
        super().__init__()
        self.dense = nn.Linear(inputs, outputs, bias=False)
        if last:
            self.gamma = Norm1d(outputs)
            self.gamma.bias.requires_grad_(False).zero_()
        else:
            self.norm = Norm1d(outputs)

    def forward(self, x):
        return self.gamma(self.dense(x)) if hasattr(self, "gamma") else torch.relu(self.norm(self.dense(x)))


class Head(nn.Sequential):
    def __init__(self, inputs, outputs, layers):
        super().__init__()
        for i in range(1, layers + 1):
            self.add_module(f"layer{i}", HeadLayer(inputs, outputs if i == layers else inputs, i == layers))


class Contrastive(nn.Sequential):
    def __init__(self, encoder, head):
        super().__init__()
        self.add_module("encoder", encoder)
        self.add_module("head", head)


class Finetuned(nn.Sequential):
    """The classifier on h1, the post-ReLU output of the head's first layer."""

    def __init__(self, encoder, features, classes):
        super().__init__()
        self.add_module("encoder", encoder)
        self.add_module("layer1", HeadLayer(features, features, last=False))
        self.add_module("classifier", nn.Linear(features, classes))


def leaf(name):
    """torch.nn's name of a parameter or buffer as the generated record's path."""
    for old, new in (
        (".running_mean", ".mean"),
        (".running_var", ".variance"),
        (".norm.mean", ".mean"),
        (".norm.variance", ".variance"),
        (".gamma.mean", ".mean"),
        (".gamma.variance", ".variance"),
        ("norm.weight", "norm.scale"),
        ("norm.bias", "norm.shift"),
        ("gamma.weight", "scale"),
        ("conv.weight", "kernel"),
        ("dense.weight", "kernel"),
        ("spatial.expand.weight", "spatial.expand"),
        ("first.expand.weight", "first.expand"),
        ("classifier.weight", "classifier.kernel"),
    ):
        if name.endswith(old):
            name = name[: -len(old)] + new
    return name


def run(network, shape, kind="x"):
    network = network.double()
    parameters = {leaf(n): p for n, p in network.named_parameters() if p.requires_grad}
    statistics = {leaf(n): b for n, b in network.named_buffers() if "running" in n}
    with torch.no_grad():
        for name, tensor in (parameters | statistics).items():
            tensor.copy_(values(name, tuple(tensor.shape)))
    x = values(kind, shape).requires_grad_()
    network.eval()
    inferred = network(x).detach()
    network.train()
    y = network(x)
    loss = (y * values("y", tuple(y.shape))).sum()
    gradients = torch.autograd.grad(loss, [x, *parameters.values()])
    return {
        "y": y,
        "infer.y": inferred,
        "dx": gradients[0],
        **{f"grad.{n}": g for n, g in zip(parameters, gradients[1:])},
        **{f"next.{leaf(n)}": b for n, b in network.named_buffers() if "running" in n},
    }


def write(path, tensors):
    header, data = {}, b""
    for name, tensor in tensors.items():
        array = tensor.detach().numpy().astype("<f4").ravel()
        array = array if array.size <= FULL else array[::STRIDE]
        header[name] = {"dtype": "F32", "shape": [array.size], "data_offsets": [len(data), len(data) + array.nbytes]}
        data += array.tobytes()
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    path.write_bytes(struct.pack("<Q", len(text)) + text + data)


# --- cases; the C# test that reads a file names its function


@case
def stem_small():
    return run(SmallStem(3, 8), (2, 3, 7, 6), "image")


@case
def stem_imagenet_even():  # 16 px before the pool
    return run(ImagenetStem(3, 8), (2, 3, 32, 32), "image")


@case
def stem_imagenet_odd():  # 17 and 16 px before the pool
    return run(ImagenetStem(3, 8), (2, 3, 33, 32), "image")


@case
def stem_resnet_d_even():
    return run(ResnetDStem(3, 8), (2, 3, 16, 16), "image")


@case
def stem_resnet_d_odd():
    return run(ResnetDStem(3, 8), (2, 3, 16, 17), "image")


@case
def basic_projected():
    return run(Basic(8, 8, 1, True), (3, 8, 6, 6))


@case
def basic_identity():
    return run(Basic(8, 8), (3, 8, 6, 6))


@case
def basic_strided_even():
    return run(Basic(8, 16, 2, True), (3, 8, 6, 6))


@case
def basic_strided_odd():
    return run(Basic(8, 16, 2, True), (3, 8, 7, 7))


@case
def bottleneck_projected():
    return run(Bottleneck(8, 8, 1, True), (3, 8, 6, 6))


@case
def bottleneck_identity():
    return run(Bottleneck(32, 8), (3, 32, 6, 6))


@case
def bottleneck_strided_even():
    return run(Bottleneck(32, 16, 2, True), (3, 32, 6, 6))


@case
def bottleneck_strided_odd():
    return run(Bottleneck(32, 16, 2, True), (3, 32, 7, 5))


@case
def selective_pooled_even():
    return run(Bottleneck(8, 8, 1, True, True), (4, 8, 6, 6))


@case
def selective_pooled_odd():
    return run(Bottleneck(8, 8, 1, True, True), (4, 8, 5, 7))


@case
def selective_identity():
    return run(Bottleneck(32, 8, selective=True), (4, 32, 5, 5))


@case
def selective_strided_even():
    return run(Bottleneck(32, 16, 2, True, True), (4, 32, 6, 6))


@case
def selective_strided_odd():
    return run(Bottleneck(32, 16, 2, True, True), (4, 32, 7, 5))


@case
def selective_basic_pooled():
    return run(SelectiveBasic(8, 8, 1, True), (4, 8, 5, 6))


@case
def selective_basic_strided_even():
    return run(SelectiveBasic(8, 16, 2, True), (4, 8, 6, 6))


@case
def selective_basic_strided_odd():
    return run(SelectiveBasic(8, 16, 2, True), (4, 8, 7, 5))


@case
def selective_basic_identity():
    return run(SelectiveBasic(8, 8), (4, 8, 5, 5))


@case
def head_2_layers():
    return run(Head(256, 16, 2), (6, 256))


@case
def head_3_layers():
    return run(Head(64, 16, 3), (6, 64))


@case
def contrastive_basic_18():
    return run(Contrastive(Encoder(SmallStem, Basic, (2, 2, 2, 2), 8), Head(64, 16, 3)), (6, 3, 16, 16), "image")


@case
def finetuned_basic_18():
    return run(Finetuned(Encoder(SmallStem, Basic, (2, 2, 2, 2), 8), 64, 4), (6, 3, 16, 16), "image")


@case
def encoder_bottleneck_50():
    return run(Encoder(ImagenetStem, Bottleneck, (3, 4, 6, 3), 8), (6, 3, 64, 64), "image")


@case
def encoder_selective_50():
    return run(Encoder(ResnetDStem, Bottleneck, (3, 4, 6, 3), 8, True), (6, 3, 64, 64), "image")


@case
def encoder_selective_50_small():
    return run(Encoder(SmallStem, Bottleneck, (3, 4, 6, 3), 8, True), (6, 3, 16, 16), "image")


@case
def encoder_selective_basic_18():
    return run(Encoder(ResnetDStem, SelectiveBasic, (2, 2, 2, 2), 8, True), (6, 3, 64, 64), "image")


@case
def encoder_official_basic_18():  # ResNet-D stem and skips around plain blocks
    return run(Encoder(ResnetDStem, Basic, (2, 2, 2, 2), 8, True), (6, 3, 64, 64), "image")


if __name__ == "__main__":
    torch.manual_seed(0)
    for function in CASES:
        write(pathlib.Path(__file__).with_name(f"{function.__name__}.safetensors"), function())
