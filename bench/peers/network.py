"""The workload's network as torch.nn modules, built from its plan, with the weights it starts from."""

import torch
from torch import nn
from torch.nn import functional as F


class ConvNorm(nn.Module):
    def __init__(self, inputs, outputs, kernel, stride=1):
        super().__init__()
        self.conv = nn.Conv2d(inputs, outputs, kernel, stride, (kernel - 1) // 2, bias=False)
        self.norm = nn.BatchNorm2d(outputs)

    def forward(self, x):
        return self.norm(self.conv(x))


class ConvNormRelu(ConvNorm):
    def forward(self, x):
        return F.relu(super().forward(x), inplace=True)


class Selective(nn.Module):
    """A selective-kernel unit: a softmax over two streams is a sigmoid of the difference of their logits."""

    def __init__(self, inputs, channels, stride, squeezed):
        super().__init__()
        self.streams = ConvNormRelu(inputs, 2 * channels, 3, stride)
        self.squeeze = ConvNormRelu(channels, squeezed, 1)
        self.expand = nn.Conv2d(squeezed, 2 * channels, 1, bias=False)

    def forward(self, x):
        first, second = self.streams(x).chunk(2, 1)
        pooled = (first + second).mean((2, 3), keepdim=True)
        one, other = self.expand(self.squeeze(pooled)).chunk(2, 1)
        return second + (first - second) * torch.sigmoid(one - other)


class PooledSkip(ConvNorm):
    """ResNet-D's skip: a 2x2 average pool with TensorFlow's SAME padding, which does not count, then a 1x1 convolution."""

    def __init__(self, inputs, outputs, stride):
        super().__init__(inputs, outputs, 1)
        self.stride = stride

    def forward(self, x):
        if self.stride == 1:
            x = torch.cat([x, x[:, :, -1:]], 2)
            x = torch.cat([x, x[:, :, :, -1:]], 3)
            return super().forward(F.avg_pool2d(x, 2, 1))
        x = F.pad(x, (0, x.shape[3] % 2, 0, x.shape[2] % 2)) if x.shape[2] % 2 or x.shape[3] % 2 else x
        return super().forward(F.avg_pool2d(x, 2, 2))


def skip_of(b):
    if b["skip"] == "pooled":
        return PooledSkip(b["inputs"], b["outputs"], b["stride"])
    return ConvNorm(b["inputs"], b["outputs"], 1, b["stride"]) if b["skip"] == "projected" else nn.Identity()


class Basic(nn.Module):
    def __init__(self, b):
        super().__init__()
        selective = b["kind"] == "selective-basic"
        self.first = (
            Selective(b["inputs"], b["inner"], b["stride"], b["squeezed"])
            if selective
            else ConvNormRelu(b["inputs"], b["inner"], 3, b["stride"])
        )
        self.second = ConvNorm(b["inner"], b["outputs"], 3)
        self.skip = skip_of(b)

    def forward(self, x):
        return F.relu(self.second(self.first(x)).add_(self.skip(x)), inplace=True)


class Bottleneck(nn.Module):
    def __init__(self, b):
        super().__init__()
        inner = b["inner"]
        self.reduce = ConvNormRelu(b["inputs"], inner, 1)
        self.spatial = (
            Selective(inner, inner, b["stride"], b["squeezed"])
            if b["kind"] == "selective"
            else ConvNormRelu(inner, inner, 3, b["stride"])
        )
        self.expand = ConvNorm(inner, b["outputs"], 1)
        self.skip = skip_of(b)

    def forward(self, x):
        return F.relu(self.expand(self.spatial(self.reduce(x))).add_(self.skip(x)), inplace=True)


BLOCKS = {"basic": Basic, "selective-basic": Basic, "bottleneck": Bottleneck, "selective": Bottleneck}


class MaxPoolSame(nn.Module):
    """3x3, stride 2, with TensorFlow's SAME padding: one row after an even side, which the ceiling gives without a copy."""

    def forward(self, x):
        return F.max_pool2d(x, 3, 2, ceil_mode=True) if x.shape[2] % 2 == 0 else F.max_pool2d(x, 3, 2, padding=1)


class Stem(nn.Module):
    def __init__(self, convs, max_pool):
        super().__init__()
        for name, c in zip(["conv"] if len(convs) == 1 else ["first", "second", "third"], convs):
            self.add_module(name, ConvNormRelu(c["inputs"], c["outputs"], c["kernel"], c["stride"]))
        self.pool = MaxPoolSame() if max_pool else nn.Identity()

    def forward(self, x):
        for layer in self.children():
            x = layer(x)
        return x


class Encoder(nn.Module):
    def __init__(self, e):
        super().__init__()
        self.stem = Stem(e["stem"], e["max_pool"])
        for i, g in enumerate(e["groups"], 1):
            block = BLOCKS[g["entry"]["kind"]]
            self.add_module(f"group{i}_entry", block(g["entry"]))
            self.add_module(f"group{i}_body", nn.Sequential(*(block(g["body"]) for _ in range(g["body_blocks"]))))

    def forward(self, x):
        for part in self.children():
            x = part(x)
        return x.mean((2, 3))


class HeadLayer(nn.Module):
    """Dense, batch norm, ReLU; the last one has a scale and no shift, and no ReLU."""

    def __init__(self, inputs, outputs, last):
        super().__init__()
        self.dense = nn.Linear(inputs, outputs, bias=False)
        self.last = last
        if last:
            self.gamma = nn.BatchNorm1d(outputs)
            self.gamma.bias.requires_grad_(False)
        else:
            self.norm = nn.BatchNorm1d(outputs)

    def forward(self, x):
        y = self.dense(x)
        return self.gamma(y) if self.last else F.relu(self.norm(y), inplace=True)


class Contrastive(nn.Module):
    def __init__(self, workload):
        super().__init__()
        self.encoder = Encoder(workload["encoder"])
        h = workload["head"]
        self.head = nn.Sequential()
        for i in range(1, h["layers"] + 1):
            last = i == h["layers"]
            self.head.add_module(f"layer{i}", HeadLayer(h["features"], h["out"] if last else h["features"], last))

    def forward(self, x):
        return self.head(self.encoder(x))


RENAMED = ((".conv.weight", ".kernel"), (".dense.weight", ".kernel"), (".norm.weight", ".norm.scale"), (".norm.bias", ".norm.shift"))


def leaf(name):
    """torch.nn's name of a parameter as its name in a checkpoint of the project."""
    for ours, theirs in (*RENAMED, (".gamma.weight", ".scale"), (".expand.weight", ".expand")):
        if name.endswith(ours):
            return "params." + name[: -len(ours)] + theirs
    raise KeyError(name)


def network(workload, weights):
    """The network at the start of training; every weight of the file is used."""
    model = Contrastive(workload)
    trained = {leaf(name): p for name, p in model.named_parameters() if p.requires_grad}
    given = {name: t for name, t in weights.items() if name.startswith("params.")}
    assert trained.keys() == given.keys(), sorted(trained.keys() ^ given.keys())[:4]
    with torch.no_grad():
        for name, p in trained.items():
            p.copy_(given[name])
    return model.train()


def nt_xent(z, temperature, factor):
    """Eq. 1 over rows of first views, then second ones; in float32, whatever the network computes in."""
    z = F.normalize(z.float(), eps=1e-6)
    logits = z @ z.t() / temperature
    logits = logits - 1e9 * torch.eye(len(z), device=z.device)
    partner = torch.arange(len(z), device=z.device).roll(len(z) // 2)
    return F.cross_entropy(logits, partner) * factor
