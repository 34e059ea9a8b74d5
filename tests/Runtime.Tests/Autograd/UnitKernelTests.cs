using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Tests.Training;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Autograd;

/// <summary>The units of a network by the kernels against the plain operators in float64, on the very values the units are given.</summary>
[Collection(nameof(MemoryTests))]
public sealed class UnitKernelTests
{
    // The same draws in every run: few values of a small sum may lie beyond any tolerance that is narrow enough to mean something.
    public UnitKernelTests() => manual_seed(1);

    // Of the largest value: half a step of bfloat16, where results are rounded to it.
    private static double Tolerance(ScalarType type) => type == ScalarType.BFloat16 ? 1.0 / 256 : 1e-5;

    public static TheoryData<int, int, int, int, int, int> Convolutions =>
        new()
        {
            // images, inputs, outputs, side, kernel, stride
            { 5, 16, 16, 7, 3, 1 }, // an odd batch: the last image has no partner
            { 6, 32, 48, 8, 3, 2 },
            { 3, 16, 24, 9, 3, 2 }, // an odd side with a stride
            { 40, 64, 16, 4, 1, 1 },
            { 4, 48, 8, 5, 1, 2 },
            { 1, 16, 8, 1, 3, 1 }, // one pixel: every row of the kernel but the middle one is beyond the border
            { 4, 8, 12, 1, 3, 2 }, // the same with a stride, where oneDNN 3.7 leaves part of the kernel's gradient as it was in memory
            { 4, 3, 16, 8, 3, 1 }, // channels that fill no vector
            { 4, 1, 8, 8, 3, 1 },
            { 2, 16, 8, 11, 7, 2 },
            { 12, 16, 8, 40, 3, 1 }, // pixels for several pieces, whose sums are added
            { 13, 96, 160, 9, 3, 1 }, // an odd number of tiles, which reach over the border
            { 9, 512, 96, 4, 3, 1 }, // outputs that are summed in two parts
            { 70, 64, 64, 8, 3, 1 }, // tiles for more than one block, pairs of them for more than one chunk
            { 1, 64, 32, 1, 1, 1 }, // one pixel, which has no neighbour to be summed with
            { 5, 96, 64, 7, 1, 1 }, // an odd number of pixels, more inputs than outputs
            { 3, 32, 64, 9, 1, 2 }, // an odd side with a stride
            { 2, 64, 416, 33, 1, 1 }, // pixels for more than one chunk, outputs for more than one block
            { 70, 64, 32, 16, 1, 1 }, // pixels that are summed in two parts
            { 5, 32, 64, 70, 1, 2 }, // pixels for more than one block, every other one of which is read
            { 2, 64, 512, 7, 1, 1 }, // oneDNN 3.7 returns wrong values in float32 where the processor hides its caches
            { 2, 256, 1024, 14, 1, 1 }, // here and in the next two, it divides by zero there
            { 1, 1024, 512, 7, 1, 1 },
            { 2, 512, 1024, 6, 1, 2 },
            { 4, 8, 16, 72, 1, 2 }, // oneDNN 2.6 writes past its buffers here, and the process ends sooner or later
        };

    [Theory]
    [MemberData(nameof(Convolutions))]
    public void Convolutions_and_their_gradients_agree_with_the_operators(
        int images,
        int inputs,
        int outputs,
        int side,
        int kernel,
        int stride
    )
    {
        foreach (var type in (ScalarType[])[ScalarType.BFloat16, ScalarType.Float32])
        {
            var x = Uniform(type, images, inputs, side, side);
            var weight = Uniform(type, outputs, inputs, kernel, kernel).to(ScalarType.Float32);
            var (given, reference) = (Leaf(x), Leaf(x.to(ScalarType.Float64)));
            var (givenWeight, referenceWeight) = (Leaf(weight), Leaf(weight.to(ScalarType.Float64)));
            var y = Convolution.Apply(given, givenWeight, stride, kernel / 2);
            var expected = nn.functional.conv2d(reference, referenceWeight, strides: [stride, stride], padding: [kernel / 2, kernel / 2]);
            var dy = Uniform(type, y.shape);
            var gradients = Backpropagation.Gradients([y], [given, givenWeight], [dy]);
            var expectedGradients = autograd.grad([expected], [reference, referenceWeight], [dy.to(ScalarType.Float64)]);
            var times = Roundings(inputs, kernel, stride);
            Near(expected, y, type, times);
            Near(expectedGradients[0], gradients[0], type, times);
            Near(expectedGradients[1], gradients[1], type, times);
            Assert.Equal(ScalarType.Float32, gradients[1].dtype);
        }
    }

    [Theory]
    [MemberData(nameof(Convolutions))]
    public void A_convolution_of_a_batch_norm_has_its_gradients_from_what_that_keeps(
        int images,
        int inputs,
        int outputs,
        int side,
        int kernel,
        int stride
    )
    {
        var x = Aten.ChannelsLast(Uniform(ScalarType.BFloat16, images, inputs, side, side));
        var weight = Uniform(ScalarType.BFloat16, outputs, inputs, kernel, kernel).to(ScalarType.Float32);
        var (scale, shift) = (Leaf(rand(inputs).add_(0.5)), Leaf(rand(inputs).sub_(0.5)));
        var (mean, variance) = (rand(inputs), rand(inputs).add_(1));
        var leaf = Leaf(weight);
        var normalised = Normalised(Leaf(x), skip: null, scale, shift, mean, variance, training: false);
        var y = Convolution.Apply(normalised, leaf, stride, kernel / 2);

        // The same from the values the convolution saw, by the plain operator.
        var seen = Leaf(normalised.Value.detach().to(ScalarType.Float64));
        var referenceWeight = Leaf(weight.to(ScalarType.Float64));
        var expected = nn.functional.conv2d(seen, referenceWeight, strides: [stride, stride], padding: [kernel / 2, kernel / 2]);
        var dy = Uniform(ScalarType.BFloat16, y.shape);
        var gradient = Backpropagation.Gradients([y], [leaf], [dy])[0];
        var times = Roundings(inputs, kernel, stride);
        Near(expected, y, ScalarType.BFloat16, times);
        Near(autograd.grad([expected], [referenceWeight], [dy.to(ScalarType.Float64)])[0], gradient, ScalarType.BFloat16, times);
    }

    [Theory]
    [InlineData(5, 3, 64, 33, 7, 2)] // an odd side
    [InlineData(34, 3, 16, 9, 3, 1)] // more images than parts whose sums are added
    [InlineData(2, 1, 48, 28, 3, 1)] // outputs that are two vectors and one
    [InlineData(3, 3, 96, 20, 3, 2)]
    [InlineData(1, 4, 32, 1, 7, 2)] // one pixel
    [InlineData(2, 1, 16, 40, 7, 2)] // seven values of a row, one more than are summed at a time
    public void The_first_convolution_rounds_neither_its_images_nor_its_kernel(
        int images,
        int channels,
        int outputs,
        int side,
        int kernel,
        int stride
    )
    {
        var pixels = rand(images, channels, side, side);
        var split = Pixels.Split(pixels, ScalarType.BFloat16);
        var rounded = pixels.to(ScalarType.BFloat16);
        var errors = (pixels - rounded.to(ScalarType.Float32)).to(ScalarType.BFloat16);
        Assert.True(Aten.IsChannelsLast(split));
        Assert.True(split.Equals(cat([rounded, errors], 1)));

        var weight = Leaf(Uniform(ScalarType.Float32, outputs, channels, kernel, kernel));
        var reference = Leaf(weight.detach().to(ScalarType.Float64));
        Assert.True(PixelsFunction.Serves(split, weight, stride, kernel / 2));
        var y = Pixels.Convolve(split, weight, stride, kernel / 2);
        var seen = Pixels.Sum(split).to(ScalarType.Float64);
        var expected = nn.functional.conv2d(seen, reference, strides: [stride, stride], padding: [kernel / 2, kernel / 2]);
        var dy = Uniform(ScalarType.BFloat16, y.shape);
        var gradient = Backpropagation.Gradients([y], [weight], [dy])[0];
        Near(expected, y, ScalarType.BFloat16);
        Near(autograd.grad([expected], [reference], [dy.to(ScalarType.Float64)])[0], gradient, ScalarType.Float32);

        // Sums in another order may be rounded to the other neighbour where they lie between two; a rounded kernel would change most values.
        var other = y.ne(expected.to(ScalarType.BFloat16)).to(ScalarType.Float32).mean().item<float>();
        Assert.InRange(other, 0, 0.01);
    }

    [Theory]
    [InlineData(ScalarType.Float32, 6, 4)]
    [InlineData(ScalarType.Float32, 64, 512)]
    [InlineData(ScalarType.BFloat16, 256, 1024)]
    [InlineData(ScalarType.BFloat16, 16, 24)]
    public void A_convolution_of_single_pixels_is_a_product_of_matrices(ScalarType type, int inputs, int outputs)
    {
        var (given, weight) = (Leaf(Uniform(type, 3, inputs, 7, 5)), Leaf(Uniform(type, outputs, inputs, 1, 1)));
        var (wide, wideWeight) = (Leaf(given.detach().to(float64)), Leaf(weight.detach().to(float64)));
        var expected = nn.functional.conv2d(wide, wideWeight);
        var dy = Uniform(type, expected.shape);
        var expectedGradients = autograd.grad([expected], [wide, wideWeight], [dy.to(float64)]);

        var y = LibtorchConvolution.Product(given, weight);
        var gradients = autograd.grad([y], [given, weight], [dy]);
        Near(expected, y, type);
        Assert.True(Aten.IsChannelsLast(y));
        Near(expectedGradients[0], gradients[0], type);
        Near(expectedGradients[1], gradients[1], type);
        var (x, kernel) = (given.detach(), weight.detach());
        Near(expectedGradients[0], LibtorchConvolution.ProductInputGradient(dy, kernel), type);
        Near(expectedGradients[1], LibtorchConvolution.ProductKernelGradient(dy, x, kernel), type);
    }

    // Winograd's form rounds what it transforms as well.
    private static double Roundings(int inputs, int kernel, int stride) => inputs >= 64 && kernel == 3 && stride == 1 ? 2 : 1;

    [Theory]
    [InlineData(6, 16, 5, true, true)]
    [InlineData(6, 16, 5, true, false)]
    [InlineData(3, 24, 4, false, true)]
    [InlineData(9, 40, 1, false, false)]
    [InlineData(4, 3, 7, true, true)]
    public void A_batch_norm_with_what_follows_it_agrees_with_the_operators(int images, int channels, int side, bool added, bool training)
    {
        foreach (var type in (ScalarType[])[ScalarType.BFloat16, ScalarType.Float32])
        {
            var x = Aten.ChannelsLast(Uniform(type, images, channels, side, side));
            var skip = added ? Aten.ChannelsLast(Uniform(type, images, channels, side, side)) : null;
            var (scale, shift) = (rand(channels).add_(0.5), rand(channels).sub_(0.5));
            var (mean, variance) = (rand(channels).sub_(0.5), rand(channels).add_(0.5));
            Tensor[] given = [Leaf(x), Leaf(scale), Leaf(shift), .. skip is null ? Array.Empty<Tensor>() : [Leaf(skip)]];
            Tensor[] wide = Array.ConvertAll(given, static leaf => Leaf(leaf.detach().to(ScalarType.Float64)));

            Tensor y = Normalised(given[0], added ? given[3] : null, given[1], given[2], mean, variance, training);
            var normal = nn.functional.batch_norm(
                wide[0],
                mean.to(ScalarType.Float64),
                variance.to(ScalarType.Float64),
                wide[1],
                wide[2],
                training,
                momentum: 0,
                eps: 1e-5
            );
            var sum = added ? normal + wide[3] : normal;

            // Where rounding may decide whether the ReLU lets a value through, its gradient is not compared.
            var clear = sum.detach().abs().gt(0.02);
            var dy = Aten.ChannelsLast(Uniform(type, y.shape) * clear);
            Near(sum.relu(), y, type);
            var gradients = Backpropagation.Gradients([y], given, [dy]);
            var expected = autograd.grad([sum.relu()], wide, [dy.to(ScalarType.Float64)]);
            for (var i = 0; i < given.Length; i++)
            {
                Near(expected[i], gradients[i], type);
            }
        }
    }

    [Theory]
    [InlineData(3, 16, 5, true)]
    [InlineData(2, 24, 4, false)] // a vector and a half a stream
    [InlineData(5, 3, 1, true)]
    [InlineData(40, 32, 7, false)]
    public void Streams_that_are_pooled_and_mixed_agree_with_the_operators(int images, int channels, int side, bool normalised)
    {
        foreach (var type in (ScalarType[])[ScalarType.BFloat16, ScalarType.Float32])
        {
            var x = Leaf(Aten.ChannelsLast(Uniform(type, images, 2 * channels, side, side)));
            var gate = Leaf(rand(channels, channels).sub_(0.5));
            var (scale, shift) = (rand(2 * channels).add_(0.5), rand(2 * channels).sub_(0.5));
            Activation both = normalised
                ? Normalised(x, skip: null, scale, shift, zeros(2 * channels), ones(2 * channels), training: false)
                : new(x);
            var streams = PoolFunction.Apply(both);
            var y = MixFunction.Apply(streams, Weight(streams.Mean, gate));
            var dy = Aten.ChannelsLast(Uniform(type, y.shape));
            var gradients = Backpropagation.Gradients([y], [both.Value, gate], [dy]);

            var (wide, wideGate) = (Leaf(both.Value.detach().to(ScalarType.Float64)), Leaf(gate.detach().to(ScalarType.Float64)));
            var halves = wide.chunk(2, dim: 1);
            var weight = Weight((halves[0] + halves[1]).mean([2, 3], keepdim: true), wideGate);
            var expected = halves[1] + ((halves[0] - halves[1]) * weight);
            var expectedGradients = autograd.grad([expected], [wide, wideGate], [dy.to(ScalarType.Float64)]);

            // Pooled values, gate and weight are rounded on their way too.
            Near(expected, y, type, times: 3);
            Near(expectedGradients[0], gradients[0], type, times: 3);
            Near(expectedGradients[1], gradients[1], type, times: 3);
        }

        static Tensor Weight(Tensor pooled, Tensor gate) =>
            nn.functional.conv2d(pooled, gate.to(pooled.dtype).unsqueeze(-1).unsqueeze(-1)).sigmoid();
    }

    [Fact]
    public void A_selective_kernel_has_its_gradients_from_what_the_batch_norm_before_it_keeps()
    {
        var p = SelectiveKernel.Init(Key.FromSeed(1), channels: 32, squeezed: 8).Map(LeafPath.Root, static leaf => Leaf(leaf.Value));
        Tensor[] leaves = [.. p.Leaves().Select(static leaf => leaf.Value)];
        var images = Aten.ChannelsLast(Uniform(ScalarType.BFloat16, 4, 32, 6, 6));
        var dy = Uniform(ScalarType.BFloat16, 4, 32, 6, 6);

        // An activation that was kept would miss its values, or libtorch would refuse to go on.
        foreach (var (of, found) in Gradients(overwritten: false).Zip(Gradients(overwritten: true)))
        {
            Assert.Equal(of.Floats(), found.Floats());
        }

        List<Tensor> Gradients(bool overwritten)
        {
            var x = Normalised(Leaf(images), skip: null, ones(32), zeros(32), zeros(32), ones(32), training: false);
            var (y, _) = SelectiveKernel.Forward(p, SelectiveKernel.Start(p), x, stride: 1, Phase.Train);
            if (overwritten)
            {
                using var off = no_grad();
                x.Value.zero_();
            }

            return [.. Backpropagation.Gradients([y], leaves, [dy])];
        }
    }

    [Fact]
    public void A_weight_for_other_streams_is_refused()
    {
        var error = Assert.Throws<ArgumentException>(() => MixFunction.Apply(PoolFunction.Apply(rand(2, 8, 3, 3)), rand(2, 3, 1, 1)));
        Assert.Contains("[N, channels, 1, 1], not [2, 3, 1, 1]", error.Message, StringComparison.Ordinal);
        Assert.Throws<ArgumentException>(() => PoolFunction.Apply(rand(2, 7, 3, 3)));
    }

    private static Activation Normalised(Tensor x, Tensor? skip, Tensor scale, Tensor shift, Tensor mean, Tensor variance, bool training) =>
        BatchNorm
            .Forward(
                scale,
                shift,
                new(mean, variance),
                x,
                training ? Phase.Train : Phase.Infer,
                skip is null ? null : new(skip),
                relu: true
            )
            .Y;

    private static Tensor Uniform(ScalarType type, params long[] shape) => Aten.ChannelsLast(rand(shape).mul_(2).sub_(1)).to(type);

    private static Tensor Leaf(Tensor values) => values.detach().clone().requires_grad_(true);

    private static void Near(Tensor expected, Tensor found, ScalarType type, double times = 1)
    {
        Assert.Equal(expected.shape, found.shape);
        var largest = expected.detach().to(ScalarType.Float64).abs().max().item<double>();
        var difference = (expected.detach().to(ScalarType.Float64) - found.detach().to(ScalarType.Float64)).abs().max().item<double>();
        Assert.True(difference <= times * Tolerance(type) * largest, $"differs by {difference}, largest value {largest}");
    }
}
