using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Weights;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Fixtures;

/// <summary>Outputs and gradients of PyTorch for one network: the file that make.py's function of the same name wrote.</summary>
internal sealed class Fixture(string name)
{
    // As in make.py: a leaf of more values than this is stored as every 37th of them.
    private const int Full = 1024;
    private const int Stride = 37;

    // Relative to the largest value of the tensor where that is above one.
    private double tolerance;

    private readonly Dictionary<string, Tensor> expected = SafeTensors
        .Read(Path.Combine(AppContext.BaseDirectory, "Fixtures", $"{name}.safetensors"))
        .Value()
        .Tensors.ToDictionary();

    /// <summary>The same of a stem or a residual block.</summary>
    internal void Agrees<TParams, TState>(
        TParams parameters,
        TState state,
        Block.Function<TParams, TState> block,
        long[] input,
        string inputKind = "x"
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> =>
        Agrees(
            parameters,
            state,
            (TParams p, TState s, Tensor x, Phase phase) =>
            {
                var (y, next) = block(p, s, x, phase);
                return (y.Value, next);
            },
            input,
            inputKind
        );

    /// <summary>
    /// A generated forward function gives PyTorch's output and statistics in both phases, and PyTorch's gradient for its input and for
    /// every parameter: to 1e-5 in float32. A whole network's many batch norms magnify float32's rounding, so it is compared in float64, to
    /// 1e-6, which is what the file holds.
    /// </summary>
    internal void Agrees<TParams, TState>(
        TParams parameters,
        TState state,
        NetworkFunction<TParams, TState> forward,
        long[] input,
        string inputKind = "x",
        ScalarType type = ScalarType.Float32
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        using var scope = NewDisposeScope();
        tolerance = type == ScalarType.Float64 ? 1e-6 : 1e-5;
        var p = Numbers.Fill(parameters).Map(leaf => leaf.to(type).requires_grad_(true));
        var s = Numbers.Fill(state).Map(leaf => leaf.to(type));
        var x = Numbers.Of(inputKind, input).to(type).requires_grad_(true);
        var (y, next) = forward(p, s, x, Phase.Train);
        var loss = (y * Numbers.Of("y", y.shape)).sum();
        var gradients = autograd.grad([loss], [x, .. p.Leaves().Select(static leaf => leaf.Value)]);

        Check("y", y);
        Check("dx", gradients[0]);
        foreach (var (leaf, gradient) in p.Leaves().Zip(gradients.Skip(1)))
        {
            Check($"grad.{leaf.Path}", gradient);
        }

        foreach (var leaf in next.Leaves())
        {
            Check($"next.{leaf.Path}", leaf.Value);
        }

        var (inferred, same) = forward(p, s, x, Phase.Infer);
        Check("infer.y", inferred);
        Assert.Same(s.Leaves()[0].Value, same.Leaves()[0].Value);
        Assert.Empty(expected.Keys);
    }

    // Each tensor is checked once; what is left over at the end is a leaf that the generated network lacks.
    private void Check(string key, Tensor actual)
    {
        Assert.True(expected.Remove(key, out var values), $"{name} has no {key}");
        var flat = actual.detach().Floats();
        var sampled = flat.Length <= Full ? flat : [.. flat.Where(static (_, i) => i % Stride == 0)];
        var reference = values!.Floats();
        Assert.Equal(reference.Length, sampled.Length);
        var scale = Math.Max(1, reference.Max(Math.Abs));
        var worst = reference.Zip(sampled, static (a, b) => Math.Abs(a - b)).Max();
        Assert.True(worst <= tolerance * scale, $"{name}, {key}: off by {worst}, values up to {scale}");
    }
}
