using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Optim;

/// <summary>One leaf of each trained role.</summary>
internal sealed record Parts(Tensor Kernel, Tensor Classifier, Tensor Scale, Tensor Bias) : ITree<Parts>
{
    public Parts Map(LeafPath path, LeafMap map) =>
        new(
            map(new(path / "kernel", LeafRole.Kernel, Kernel)),
            map(new(path / "classifier", LeafRole.ClassifierKernel, Classifier)),
            map(new(path / "scale", LeafRole.Normalization, Scale)),
            map(new(path / "bias", LeafRole.Bias, Bias))
        );

    /// <summary>The same numbers in every leaf.</summary>
    internal static Parts All(params float[] values) => new(tensor(values), tensor(values), tensor(values), tensor(values));

    /// <summary>Normal numbers, in an odd length and in more than one dimension; as a gradient with one that lies transposed.</summary>
    internal static Parts Normal(Generator generator, bool gradient = false)
    {
        Tensor Of(params long[] shape) => randn(shape, dtype: ScalarType.Float32, generator: generator);
        return new(gradient ? Of(57, 31).t() : Of(31, 57), Of(57, 5), Of(31), Of(401));
    }

    /// <summary>Whether all leaves agree but for rounding.</summary>
    internal static void Close(Parts expected, Parts actual)
    {
        foreach (var (one, other) in expected.Leaves().Zip(actual.Leaves()))
        {
            Assert.True(other.Value.allclose(one.Value, rtol: 1e-5, atol: 1e-6), one.Path);
        }
    }
}
