using static TorchSharp.torch;

namespace SimClrDsl.Torch.Tests;

/// <summary>Comparisons of tensors with stored values.</summary>
internal static class Close
{
    public static void To(double[] expected, Tensor actual, double tolerance = 1e-5)
    {
        var found = actual.to(ScalarType.Float64).cpu().data<double>().ToArray();
        Assert.Equal(expected.Length, found.Length);
        for (var i = 0; i < found.Length; i++)
        {
            var allowed = tolerance * (1 + Math.Abs(expected[i]));
            Assert.True(Math.Abs(expected[i] - found[i]) <= allowed, $"element {i}: expected {expected[i]}, found {found[i]}");
        }
    }

    public static void Shape(Tensor actual, params long[] expected) => Assert.Equal(expected, actual.shape);
}
