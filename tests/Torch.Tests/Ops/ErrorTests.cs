using System.Runtime.InteropServices;
using SimClrDsl.Native;
using static TorchSharp.torch;

namespace SimClrDsl.Torch.Tests.Ops;

/// <summary>An error says in one line which operator failed, on what, and why.</summary>
public sealed class ErrorTests
{
    [Fact]
    public void NamesTheOperatorAndTheShapes()
    {
        var error = Assert.Throws<ExternalException>(() => nn.functional.conv2d(zeros(2, 3, 8, 8), zeros(4, 5, 3, 3)));
        Assert.StartsWith("conv2d(input: float32[2, 3, 8, 8], weight: float32[4, 5, 3, 3]", error.Message, StringComparison.Ordinal);
        Assert.Contains("expected input[2, 3, 8, 8] to have 5 channels", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.DoesNotContain("frame #", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void NamesTypesAndListsToo()
    {
        var types = Assert.Throws<ExternalException>(() => zeros(2, 2).mm(zeros(2, 2, float64)));
        Assert.StartsWith("mm(self: float32[2, 2], mat2: float64[2, 2])", types.Message, StringComparison.Ordinal);
        var lists = Assert.Throws<ExternalException>(() => cat([zeros(2, 3), zeros(2, 4)]));
        Assert.StartsWith("cat(tensors: [float32[2, 3], float32[2, 4]], dim: 0)", lists.Message, StringComparison.Ordinal);
        var shape = Assert.Throws<ExternalException>(() => zeros(6).view(4, 2));
        Assert.StartsWith("view(self: float32[6], size: [4, 2])", shape.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void UnknownOperatorsAndTooManyArguments()
    {
        var unknown = Assert.Throws<ExternalException>(() => SystemTorch.Call("no_such_operator", "Tensor", ones(1)));
        Assert.Equal("no_such_operator.Tensor: this libtorch has no such operator", unknown.Message);
        var many = Assert.Throws<ExternalException>(() => SystemTorch.Call("relu", "", ones(1), 1, 2));
        Assert.Contains("takes 1 arguments, not 3", many.Message, StringComparison.Ordinal);
        var few = Assert.Throws<ExternalException>(() => SystemTorch.Call("mm", "", ones(1, 1)));
        Assert.Contains("argument 'mat2' is missing", few.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void DisposedTensorsAreNamedAsSuch()
    {
        var x = ones(1);
        x.Dispose();
        x.Dispose();
        Assert.True(x.IsInvalid);
        Assert.Contains("disposed", Assert.Throws<InvalidOperationException>(() => x + 1).Message, StringComparison.Ordinal);
        Assert.Equal("disposed tensor", x.ToString());
    }

    [Fact]
    public void ACallAfterAnErrorWorks()
    {
        _ = Assert.Throws<ExternalException>(() => zeros(2).dot(zeros(3)));
        Close.To([2], ones(1) + 1);
    }
}
