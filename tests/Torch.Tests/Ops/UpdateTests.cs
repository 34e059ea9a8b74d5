using System.Runtime.InteropServices;
using SimClrDsl.Native;
using static TorchSharp.torch;

namespace SimClrDsl.Torch.Tests.Ops;

/// <summary>Updates by operators over lists of tensors, which a GPU takes, against the passes that a CPU takes.</summary>
public sealed class UpdateTests
{
    private static readonly LarsLeaf Kernel = new(Rate: 0.7, Decay: 1e-2, Adapted: 1);
    private static readonly LarsLeaf Undecayed = new(Rate: 0.7, Decay: 0, Adapted: 1);
    private static readonly LarsLeaf Classifier = new(Rate: 0.35, Decay: 1e-2, Adapted: 0);
    private static readonly LarsLeaf Bias = new(Rate: 0.35, Decay: 0, Adapted: 0);

    // A 3x3 kernel, a matrix, a 1x1 kernel and vectors; some are longer than a piece of a pass.
    private static readonly long[][] Shapes =
    [
        [64, 48, 3, 3],
        [257, 301],
        [128, 32, 1, 1],
        [40_001],
        [7],
        [1],
    ];

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Lists_move_as_passes_do(bool nesterov)
    {
        LarsLeaf[] leaves = [.. from leaf in new[] { Kernel, Undecayed, Classifier, Bias } from _ in Shapes select leaf];
        using var generator = new Generator(1);
        var (w, v) = (Normal(generator, leaves.Length), Normal(generator, leaves.Length));
        var (others, otherV) = (Clones(w), Clones(v));
        for (var step = 0; step < 3; step++)
        {
            var g = Normal(generator, leaves.Length);
            var before = Clones(g);
            SystemTorch.Lars(w, g, v, leaves, momentum: 0.9, trust: 0.01, nesterov);
            SystemTorch.ForeachLars(others, g, otherV, leaves, momentum: 0.9, trust: 0.01, nesterov);
            Equal(before, g, rtol: 0, atol: 0);
        }

        Equal(w, others, rtol: 1e-5, atol: 1e-6);
        Equal(v, otherV, rtol: 1e-5, atol: 1e-6);
    }

    [Fact]
    public void Lists_scale_by_the_trust_ratio()
    {
        // (3, 4) decayed by 0.1 adds to (0.6, 0.8): norms 5 and 1.5, so that the step is 0.001 · 5 / 1.5 of (0.9, 1.2).
        var (w, v) = (tensor([3f, 4f]), zeros(2));
        SystemTorch.ForeachLars([w], [tensor([0.6f, 0.8f])], [v], [new(1, 0.1, 1)], momentum: 0.9, trust: 0.001, nesterov: false);
        Close.To([0.003, 0.004], v, tolerance: 1e-8);
        Close.To([2.997, 3.996], w, tolerance: 1e-6);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Where_a_norm_is_zero_lists_move_at_the_plain_rate(bool nesterov)
    {
        LarsLeaf[] leaves = [Undecayed, Undecayed, Undecayed, Kernel];
        Tensor[] w = [zeros(3, 2), ones(5), zeros(4), full(4, 2.0)];
        Tensor[] g = [full([3, 2], 0.5), zeros(5), zeros(4), full(4, -0.02)];
        Tensor[] v = [ones(3, 2), ones(5), ones(4), ones(4)];
        var (others, otherV) = (Clones(w), Clones(v));
        SystemTorch.Lars(w, g, v, leaves, momentum: 0.9, trust: 0.01, nesterov);
        SystemTorch.ForeachLars(others, g, otherV, leaves, momentum: 0.9, trust: 0.01, nesterov);
        Close.To([.. Enumerable.Repeat(0.9 + (0.7 * 0.5), 6)], otherV[0].flatten());
        Close.To([.. Enumerable.Repeat(0.9, 5)], otherV[1]);
        Equal(w, others, rtol: 1e-6, atol: 1e-6);
        Equal(v, otherV, rtol: 1e-6, atol: 1e-6);
    }

    [Fact]
    public void Gradients_may_lie_otherwise_and_leaves_may_be_empty()
    {
        using var generator = new Generator(3);
        Tensor Random(params long[] shape) => randn(shape, generator: generator);
        LarsLeaf[] leaves = [Kernel, Kernel, Kernel, Kernel];
        Tensor[] w = [Random(8, 5, 3, 3), Random(16, 4, 1, 1), Random(6, 9), empty(0)];
        Tensor[] g =
        [
            SystemTorch.ChannelsLast(Random(8, 5, 3, 3)),
            SystemTorch.ChannelsLast(Random(16, 4, 1, 1)),
            Random(9, 6).t(),
            empty(0),
        ];
        Tensor[] v = [.. w.Select(static one => zeros_like(one))];
        var (others, otherV) = (Clones(w), Clones(v));
        SystemTorch.Lars(w, g, v, leaves, momentum: 0.9, trust: 0.01, nesterov: false);
        SystemTorch.ForeachLars(others, g, otherV, leaves, momentum: 0.9, trust: 0.01, nesterov: false);
        Equal(w, others, rtol: 1e-5, atol: 1e-6);
        Equal(v, otherV, rtol: 1e-5, atol: 1e-6);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(0.99)]
    [InlineData(1)]
    public void Averages_of_lists_are_those_of_passes(double decay)
    {
        using var generator = new Generator(2);
        var (x, y) = (Normal(generator, Shapes.Length), Normal(generator, Shapes.Length));
        var others = Clones(x);
        SystemTorch.Average_(x, y, decay);
        SystemTorch.ForeachAverage_(others, y, decay);
        Equal(x, others, rtol: 1e-6, atol: 1e-7);
    }

    [Fact]
    public void Lists_refuse_what_they_cannot_write()
    {
        Fails("writes contiguous tensors", [randn(4, 3).t()], [randn(3, 4)]);
        Fails("takes tensors of the same sizes", [randn(3)], [randn(4)]);
        Fails("takes float32 tensors", [zeros(3, dtype: ScalarType.Float64)], [randn(3)]);
        SystemTorch.ForeachAverage_([], [], 0.5);
        SystemTorch.ForeachLars([], [], [], [], momentum: 0.9, trust: 0.01, nesterov: false);
    }

    private static void Fails(string reason, Tensor[] xs, Tensor[] ys) =>
        Assert.Contains(
            reason,
            Assert.Throws<ExternalException>(() => SystemTorch.ForeachAverage_(xs, ys, 0.5)).Message,
            StringComparison.Ordinal
        );

    // The shapes over and over.
    private static Tensor[] Normal(Generator generator, int count) =>
        [.. Enumerable.Range(0, count).Select(i => randn(Shapes[i % Shapes.Length], generator: generator))];

    private static Tensor[] Clones(Tensor[] tensors) => [.. tensors.Select(static one => one.clone())];

    private static void Equal(Tensor[] expected, Tensor[] actual, double rtol, double atol)
    {
        foreach (var (one, other) in expected.Zip(actual))
        {
            Assert.True(other.allclose(one, rtol, atol), $"of shape {string.Join(", ", one.shape)}");
        }
    }
}
