using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;
using F = TorchSharp.torch.nn.functional;

namespace SimClrDsl.Torch.Tests.Ops;

/// <summary>Layers and losses, against values printed by PyTorch 1.13 for the Python line above each.</summary>
public sealed class FunctionalTests
{
    private static Tensor Image => arange(16, ScalarType.Float32).reshape(1, 1, 4, 4);

    private static Tensor Logits =>
        tensor(
            new float[,]
            {
                { 2, 1, 0.1f },
                { 0.5f, 2.5f, -1 },
                { 0, 0, 3 },
            }
        );

    private static Tensor Labels => tensor(new long[] { 0, 1, 2 });

    [Fact]
    public void Convolution()
    {
        // x = arange(64.).reshape(2,2,4,4)/10; w = arange(54.).reshape(3,2,3,3)/100; F.conv2d(x, w, stride=2, padding=1)
        var x = arange(64, ScalarType.Float32).reshape(2, 2, 4, 4) / 10;
        var w = arange(54, ScalarType.Float32).reshape(3, 2, 3, 3) / 100;
        var y = F.conv2d(x, w, strides: [2, 2], padding: [1, 1]);
        Close.Shape(y, 2, 3, 2, 2);
        Close.To([1.196, 1.916, 2.313, 3.558, 2.708, 4.508, 5.877, 9.39], y.flatten()[TensorIndex.Slice(0, 8)]);
        // F.conv2d(x, w).sum()
        Assert.Equal(379.908, F.conv2d(x, w).sum().ToDouble(), 1e-2);
        Assert.True(F.conv2d(x, w, padding: [1, 1]).allclose(F.conv2d_padding(x, w, padding: TorchSharp.Padding.Same)));
    }

    [Fact]
    public void BatchStatisticsComeOutOfBatchNorm()
    {
        var x = randn(8, 3, 5, 5) * 2 + 1;
        var (mean, variance) = (zeros(3), ones(3));
        var y = F.batch_norm(x, mean, variance, training: true, momentum: 1);
        var perChannel = x.transpose(0, 1).reshape(3, -1);
        Assert.True(mean.allclose(perChannel.mean([1]), atol: 1e-5));
        Assert.True(variance.allclose(perChannel.var(1), atol: 1e-5));
        Assert.True(y.transpose(0, 1).reshape(3, -1).mean([1]).abs().max().ToSingle() < 1e-5);
        var normed = F.batch_norm(x, mean, variance, weight: full(3, 2.0), bias: ones(3), training: false);
        var byHand = (x - mean.view(1, 3, 1, 1)) / (variance.view(1, 3, 1, 1) + 1e-5).sqrt() * 2 + 1;
        Assert.True(normed.allclose(byHand, atol: 1e-4));
    }

    [Fact]
    public void Losses()
    {
        // l = tensor([[2,1,.1],[.5,2.5,-1],[0,0,3]]); t = tensor([0,1,2]); F.cross_entropy(l, t), ..., label_smoothing=0.1
        Assert.Equal(0.22171, F.cross_entropy(Logits, Labels).ToDouble(), 1e-5);
        Close.To([0.41703, 0.153178, 0.094923], F.cross_entropy(Logits, Labels, reduction: Reduction.None));
        Assert.Equal(0.38171, F.cross_entropy(Logits, Labels, label_smoothing: 0.1).ToDouble(), 1e-5);
        Assert.Equal(1.755976, F.cross_entropy(Logits, tensor(new long[] { 0, -100, 1 })).ToDouble(), 1e-5);
        // F.kl_div(l.log_softmax(1), l.flip(0).log_softmax(1), log_target=True, reduction='sum')
        var (logs, target) = (Logits.log_softmax(1), Logits.flip(0));
        Assert.Equal(3.776144, F.kl_div(logs, target.log_softmax(1), reduction: Reduction.Sum).ToDouble(), 1e-5);
        Assert.Equal(3.776144, F.kl_div(logs, target.softmax(1), log_target: false, Reduction.Sum).ToDouble(), 1e-5);
        Assert.Equal(0.22171, F.nll_loss(logs, Labels).ToDouble(), 1e-5);
        Assert.Equal(1.0, F.mse_loss(ones(3), zeros(3)).ToDouble(), 1e-6);
        Assert.Equal(Math.Log(2), F.binary_cross_entropy_with_logits(zeros(3), ones(3)).ToDouble(), 1e-6);
    }

    [Fact]
    public void Resizing()
    {
        // F.interpolate(img, size=(2,3), mode='bilinear', align_corners=False)
        Close.To(
            [2.1666667, 3.5, 4.8333333, 10.1666667, 11.5, 12.8333333],
            F.interpolate(Image, size: [2, 3], mode: InterpolationMode.Bilinear, align_corners: false)
        );
        // F.interpolate(img, scale_factor=0.5, mode='nearest')
        Close.To([0, 2, 8, 10], F.interpolate(Image, scale_factor: [0.5, 0.5]));
        // F.interpolate(img, size=(2,2), mode='bilinear', antialias=True)
        Close.To(
            [3.5714288, 5.1428576, 9.8571434, 11.4285717],
            F.interpolate(Image, size: [2, 2], mode: InterpolationMode.Bilinear, antialias: true)
        );
    }

    [Fact]
    public void SamplingAtAGrid()
    {
        // th = tensor([[[.8,.2,.1],[-.2,.9,-.1]]]); g = F.affine_grid(th, (1,1,2,2), align_corners=False)
        var grid = F.affine_grid(
            tensor(
                new float[,,]
                {
                    {
                        { 0.8f, 0.2f, 0.1f },
                        { -0.2f, 0.9f, -0.1f },
                    },
                }
            ),
            [1, 1, 2, 2]
        );
        Close.To([-0.4, -0.45, 0.4, -0.65, -0.2, 0.45, 0.6, 0.25], grid);
        // F.grid_sample(img, g, align_corners=False)
        Close.To([3.1, 3.1, 10.7, 10.7], F.grid_sample(Image, grid, align_corners: false));
        // F.grid_sample(img, g*2, mode='nearest', padding_mode='reflection', align_corners=False)
        Close.To([0, 3, 13, 11], F.grid_sample(Image, grid * 2, GridSampleMode.Nearest, GridSamplePaddingMode.Reflection, false));
    }

    [Fact]
    public void Pooling()
    {
        Close.To([5, 7, 13, 15], F.max_pool2d(Image, 2));
        Close.To([1.1111111, 2, 2.6666667, 2], F.avg_pool2d(Image, 3, stride: 1, padding: 1)[0, 0, 0]);
        Assert.Equal(7.5, F.adaptive_avg_pool2d(Image, 1).ToDouble());
    }

    [Fact]
    public void Padding()
    {
        Close.Shape(F.pad(Image, (1, 2, 3, 4)), 1, 1, 11, 7);
        Assert.Equal(5.0, F.pad(Image, [1, 0, 1, 0], TorchSharp.PaddingModes.Constant, 5)[0, 0, 0, 0].ToDouble());
        Assert.Equal(5.0, F.pad(Image, [1, 0, 1, 0], TorchSharp.PaddingModes.Reflect)[0, 0, 0, 0].ToDouble());
        Assert.Equal(0.0, F.pad(Image, [1, 0, 1, 0], TorchSharp.PaddingModes.Replicate)[0, 0, 0, 0].ToDouble());
        Assert.Equal(15.0, F.pad(Image, [1, 0, 1, 0], TorchSharp.PaddingModes.Circular)[0, 0, 0, 0].ToDouble());
    }

    [Fact]
    public void SmallFunctions()
    {
        Close.To(
            [0.6, 0.8, 0, 0],
            F.normalize(
                tensor(
                    new float[,]
                    {
                        { 3, 4 },
                        { 0, 0 },
                    }
                )
            )
        );
        Close.To([-0.1586553, 0, 0.8413447], F.gelu(tensor(new float[] { -1, 0, 1 })));
        Close.To([0, 0, 1], F.one_hot(tensor(new long[] { 2 }), 3));
        Close.To([1.3132616], F.softplus(ones(1)));
        Close.To(
            [1, 0],
            F.cosine_similarity(
                eye(2),
                tensor(
                    new float[,]
                    {
                        { 2, 0 },
                        { 3, 0 },
                    }
                )
            )
        );
        Close.To(
            [3, 7],
            F.linear(
                tensor(new float[] { 1, 1 }),
                tensor(
                    new float[,]
                    {
                        { 1, 2 },
                        { 3, 4 },
                    }
                )
            )
        );
        Assert.True(F.dropout(ones(100), 0.5, training: false).allclose(ones(100)));
    }
}
