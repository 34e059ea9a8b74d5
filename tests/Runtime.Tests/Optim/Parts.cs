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
}
