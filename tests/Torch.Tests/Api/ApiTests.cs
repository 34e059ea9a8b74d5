using TorchSharp;

namespace SimClrDsl.Torch.Tests.Api;

/// <summary>Code written against src/Torch must compile against TorchSharp: each of its public signatures is one of TorchSharp's.</summary>
public sealed class ApiTests
{
    private static readonly HashSet<string> theirs = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "torchsharp-api-0.107.0.txt"))
        .ToHashSet(StringComparer.Ordinal);

    private static readonly List<string> ours = Signatures.Of(typeof(torch).Assembly, "TorchSharp").ToList();

    [Fact]
    public void EveryPublicMemberIsTorchSharps() =>
        Assert.Equal([], ours.Where(static line => !theirs.Contains(line)).Order(StringComparer.Ordinal));

    [Fact]
    public void ThePrinterSeesTheSurface()
    {
        // An empty or blind printer would pass the test above.
        Assert.True(ours.Count > 1000, $"only {ours.Count} members were printed");
        Assert.Contains("T TorchSharp.torch.Tensor : class", ours);
        Assert.Contains("E TorchSharp.torch.ScalarType.Float32 = 6", ours);
        Assert.Contains(
            "M static TorchSharp.torch.nn.functional.one_hot(TorchSharp.torch.Tensor x, System.Int64 num_classes = -1) : TorchSharp.torch.Tensor",
            ours
        );
        Assert.Contains("M TorchSharp.torch.Tensor.view(params System.Int64[] shape) : TorchSharp.torch.Tensor", ours);
        Assert.Contains("P TorchSharp.torch.Tensor.TensorItems[System.Int64 i1] : TorchSharp.torch.Tensor { get; set; }", ours);
    }

    [Theory]
    [InlineData(typeof(WrongReturnType), "M SimClrDsl.Torch.Tests.Api.WrongReturnType.abs() : System.Int64")]
    [InlineData(
        typeof(WrongParameterName),
        "M SimClrDsl.Torch.Tests.Api.WrongParameterName.view(params System.Int64[] sizes) : TorchSharp.torch.Tensor"
    )]
    [InlineData(
        typeof(WrongDefault),
        "M SimClrDsl.Torch.Tests.Api.WrongDefault.requires_grad_(System.Boolean requires_grad = false) : TorchSharp.torch.Tensor"
    )]
    public void AWrongSignatureIsNotInTheList(Type wrong, string printed)
    {
        Assert.Contains(printed, Signatures.Of(wrong));
        var asTensor = printed.Replace(wrong.FullName!, "TorchSharp.torch.Tensor", StringComparison.Ordinal);
        Assert.DoesNotContain(asTensor, theirs);
    }
}

#pragma warning disable IDE1006, CA1822 // Names and shapes are those of the signatures they get wrong.

public sealed class WrongReturnType
{
    public long abs() => 0;
}

public sealed class WrongParameterName
{
    public torch.Tensor view(params long[] sizes) => torch.zeros(sizes);
}

public sealed class WrongDefault
{
    public torch.Tensor requires_grad_(bool requires_grad = false) => torch.zeros(1).requires_grad_(requires_grad);
}
