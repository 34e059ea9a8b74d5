using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SimClrDsl.Bench.Peers;

/// <summary>
/// SimCLR's augmentation of whole batches, without a loop over images: one view of each, uint8 [N, C, H, W] to float32 [N, C, side, side]
/// in [0, 1]. One order of the colour operations a batch. Crops are bilinear, since TorchSharp's grid_sample has no bicubic.
/// </summary>
internal sealed class BatchedAugment(Workload workload)
{
    private const double Aspect = 0.28768; // of the logarithm: 3/4 to 4/3

    private readonly AugmentSettings a = workload.Augment;
    private readonly int side = workload.Side;

    public Tensor Apply(Tensor images)
    {
        using var scope = NewDisposeScope();
        var x = Crop(images);
        if (a.Strength > 0)
        {
            x = Chosen(x, a.Distorted, Colour);
        }

        if (a.Grayscale > 0 && x.size(1) == 3)
        {
            x = Chosen(x, a.Grayscale, static y => Grey(y).expand_as(y));
        }

        if (a.Blur > 0)
        {
            x = Chosen(x, a.Blur, Blur);
        }

        return x.MoveToOuterDisposeScope();
    }

    private static Tensor Chosen(Tensor x, double probability, Func<Tensor, Tensor> change)
    {
        using var scope = NewDisposeScope();
        var index = rand(x.size(0), device: x.device).lt(probability).nonzero().squeeze(1);
        if (index.size(0) > 0)
        {
            _ = x.index_copy_(0, index, change(x.index_select(0, index)));
        }

        return x;
    }

    private Tensor Crop(Tensor images)
    {
        using var scope = NewDisposeScope();
        var (n, h, w, device) = (images.size(0), images.size(2), images.size(3), images.device);
        var area = empty(n, device: device).uniform_(a.Crop[0], a.Crop[1]) * (h * w);
        var aspect = empty(n, device: device).uniform_(-Aspect, Aspect).exp();
        var width = (area * aspect).sqrt().round().clamp_(1, w);
        var height = (area / aspect).sqrt().round().clamp_(1, h);
        var top = (rand(n, device: device) * (h - height + 1)).floor();
        var left = (rand(n, device: device) * (w - width + 1)).floor();
        var i = (arange(side, dtype: float32, device: device) + 0.5) / side;
        var mirrored = rand(n, device: device).lt(a.Flip).unsqueeze(1);
        var across = where(mirrored, 1 - i, i);
        var x = (left.unsqueeze(1) + across * width.unsqueeze(1)) / w * 2 - 1;
        var y = (top.unsqueeze(1) + i * height.unsqueeze(1)) / h * 2 - 1;
        var grid = stack([x.unsqueeze(1).expand(-1, side, -1), y.unsqueeze(2).expand(-1, -1, side)], -1);
        var pixels = images.to(float32).div_(255);
        return functional
            .grid_sample(pixels, grid, GridSampleMode.Bilinear, GridSamplePaddingMode.Border, align_corners: false)
            .clamp_(0, 1)
            .MoveToOuterDisposeScope();
    }

    private Tensor Colour(Tensor x)
    {
        Func<Tensor, Tensor, Tensor>[] operations = x.size(1) == 3 ? [Brightness, Contrast, Saturation, Hue] : [Brightness, Contrast];
        foreach (var k in randperm(operations.Length).data<long>().ToArray())
        {
            var spread = (k == 3 ? 0.2 : 0.8) * a.Strength;
            var amount = empty([x.size(0), 1, 1, 1], device: x.device).uniform_(-spread, spread);
            x = operations[k](x, k == 3 ? amount : (amount + 1).clamp_(min: 0));
        }

        return x;
    }

    private Tensor Blur(Tensor x)
    {
        var (n, c, h, w) = (x.size(0), x.size(1), x.size(2), x.size(3));
        var radius = side / 10 / 2;
        var sigma = empty(1, device: x.device).uniform_(0.1, 2);
        var taps = exp(-arange(-radius, radius + 1, dtype: float32, device: x.device).square() / (2 * sigma.square()));
        taps = taps / taps.sum();
        var planes = x.reshape(n * c, 1, h, w);
        planes = functional.conv2d(planes, taps.view(1, 1, -1, 1), padding: [radius, 0]);
        return functional.conv2d(planes, taps.view(1, 1, 1, -1), padding: [0, radius]).view(n, c, h, w).clamp_(0, 1);
    }

    private static Tensor Grey(Tensor x)
    {
        var rgb = x.unbind(1);
        return (0.2989 * rgb[0] + 0.587 * rgb[1] + 0.114 * rgb[2]).unsqueeze(1);
    }

    private static Tensor Brightness(Tensor x, Tensor factor) => x.mul_(factor).clamp_(0, 1);

    private static Tensor Contrast(Tensor x, Tensor factor)
    {
        var mean = x.mean([2, 3], keepdim: true);
        return x.sub_(mean).mul_(factor).add_(mean).clamp_(0, 1);
    }

    // A blend with grey, as torchvision's: cheaper than one in HSV.
    private static Tensor Saturation(Tensor x, Tensor factor)
    {
        var luminance = Grey(x);
        return x.mul_(factor).addcmul_(luminance, 1 - factor, 1).clamp_(0, 1);
    }

    // In HSV: a channel is V - C w with a weight w that depends on the hue alone.
    private static Tensor Hue(Tensor x, Tensor turns)
    {
        var (value, low) = (x.amax(1), x.amin(1));
        var chroma = value - low;
        var safe = chroma.clamp(min: 1e-20);
        var rgb = x.unbind(1);
        var (r, g, b) = (rgb[0], rgb[1], rgb[2]);
        var sector = where(value.eq(r), (g - b) / safe, where(value.eq(g), (b - r) / safe + 2, (r - g) / safe + 4));
        var offsets = tensor([5f, 3f, 1f], device: x.device).view(1, 3, 1, 1);
        var k = (sector.unsqueeze(1) + turns * 6 + offsets).remainder_(6);
        var weights = minimum(k, 4 - k).clamp_(0, 1);
        return (value.unsqueeze(1) - weights.mul_(chroma.unsqueeze(1))).clamp_(0, 1);
    }
}
