"""SimCLR's augmentation of whole batches of tensors, without a loop over images."""

import torch
from torch.nn import functional as F


class BatchedAugment:
    """One view of each image: uint8 [N, C, H, W] to float32 [N, C, side, side] in [0, 1]. One order of the colour operations a batch."""

    def __init__(self, settings, side):
        self.s, self.side = settings, side

    def __call__(self, images):
        x = self.crop(images)
        if self.s["strength"] > 0:
            x = self.chosen(x, self.s["distorted"], self.colour)
        if self.s["grayscale"] > 0 and x.shape[1] == 3:
            x = self.chosen(x, self.s["grayscale"], lambda y: grey(y).expand_as(y))
        if self.s["blur"] > 0:
            x = self.chosen(x, self.s["blur"], self.blur)
        return x

    @staticmethod
    def chosen(x, probability, change):
        index = (torch.rand(len(x), device=x.device) < probability).nonzero().squeeze(1)
        return x.index_copy_(0, index, change(x.index_select(0, index))) if len(index) else x

    def crop(self, images):
        (n, _, h, w), device = images.shape, images.device
        area = torch.empty(n, device=device).uniform_(*self.s["crop"]) * h * w
        aspect = torch.empty(n, device=device).uniform_(-0.28768, 0.28768).exp()  # 3/4 to 4/3
        width = (area * aspect).sqrt().round().clamp_(1, w)
        height = (area / aspect).sqrt().round().clamp_(1, h)
        top = (torch.rand(n, device=device) * (h - height + 1)).floor()
        left = (torch.rand(n, device=device) * (w - width + 1)).floor()
        i = (torch.arange(self.side, device=device, dtype=torch.float32) + 0.5) / self.side
        mirrored = (torch.rand(n, device=device) < self.s["flip"])[:, None]
        across = torch.where(mirrored, 1 - i, i)
        x = (left[:, None] + across * width[:, None]) / w * 2 - 1
        y = (top[:, None] + i * height[:, None]) / h * 2 - 1
        grid = torch.stack([x[:, None, :].expand(-1, self.side, -1), y[:, :, None].expand(-1, -1, self.side)], -1)
        pixels = images.float().div_(255)
        return F.grid_sample(pixels, grid, mode="bicubic", padding_mode="border", align_corners=False).clamp_(0, 1)

    def colour(self, x):
        s = self.s["strength"]
        operations = [brightness, contrast, saturation, hue][: 4 if x.shape[1] == 3 else 2]
        for k in torch.randperm(len(operations)).tolist():
            spread = 0.2 * s if operations[k] is hue else 0.8 * s
            amount = torch.empty(len(x), 1, 1, 1, device=x.device).uniform_(-spread, spread)
            x = operations[k](x, amount if operations[k] is hue else (amount + 1).clamp_(min=0))
        return x

    def blur(self, x):
        n, c, h, w = x.shape
        radius = self.side // 10 // 2
        sigma = torch.empty(1, device=x.device).uniform_(0.1, 2)
        taps = torch.exp(-torch.arange(-radius, radius + 1, device=x.device) ** 2 / (2 * sigma**2))
        taps = taps / taps.sum()
        planes = x.reshape(n * c, 1, h, w)
        planes = F.conv2d(planes, taps.view(1, 1, -1, 1), padding=(radius, 0))
        return F.conv2d(planes, taps.view(1, 1, 1, -1), padding=(0, radius)).view(n, c, h, w).clamp_(0, 1)


def grey(x):
    r, g, b = x.unbind(1)
    return (0.2989 * r + 0.587 * g + 0.114 * b).unsqueeze(1)


def brightness(x, factor):
    return x.mul_(factor).clamp_(0, 1)


def contrast(x, factor):
    mean = x.mean((2, 3), keepdim=True)
    return x.sub_(mean).mul_(factor).add_(mean).clamp_(0, 1)


def saturation(x, factor):
    """A blend with grey, as torchvision's: cheaper than one in HSV."""
    luminance = grey(x)
    return x.mul_(factor).addcmul_(luminance, 1 - factor).clamp_(0, 1)


def hue(x, turns):
    """In HSV: a channel is V - C w with a weight w that depends on the hue alone."""
    value, low = x.amax(1), x.amin(1)
    chroma = value - low
    safe = chroma.clamp(min=1e-20)
    r, g, b = x.unbind(1)
    sector = torch.where(value == r, (g - b) / safe, torch.where(value == g, (b - r) / safe + 2, (r - g) / safe + 4))
    offsets = torch.tensor([5.0, 3.0, 1.0], device=x.device).view(1, 3, 1, 1)
    k = (sector.unsqueeze(1) + turns * 6 + offsets) % 6
    weights = torch.minimum(k, 4 - k).clamp_(0, 1)
    return (value.unsqueeze(1) - weights.mul_(chroma.unsqueeze(1))).clamp_(0, 1)
