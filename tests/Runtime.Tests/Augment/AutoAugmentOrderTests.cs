using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Augment;

/// <summary>The operations of a pair, one after the other.</summary>
public sealed class AutoAugmentOrderTests
{
    private const int Copies = 120;

    /// <summary>
    /// Each of many copies of one image is what one of the 25 pairs makes of it: nothing, its first operation, its second, or the second
    /// after the first. Many are what no pair makes in the other order.
    /// </summary>
    [Theory]
    [InlineData(AutoAugmentPolicy.Imagenet)]
    [InlineData(AutoAugmentPolicy.Cifar10)]
    public void The_first_operation_of_a_pair_comes_first(AutoAugmentPolicy policy)
    {
        using var scope = NewDisposeScope();
        var image = Values.Images(1, 3, 12, 15).to(ScalarType.Float32);
        var (inOrder, turned) = (Outcomes(image, policy, turned: false), Outcomes(image, policy, turned: true));

        var views = image.div(255).expand([Copies, -1, -1, -1]).contiguous().AutoAugment(Key.FromSeed(9), policy).mul(255).round();
        var seen = Enumerable.Range(0, Copies).Select(i => Text(views.narrow(0, i, 1))).ToList();
        Assert.Subset(inOrder, seen.ToHashSet());
        Assert.True(seen.Count(view => !turned.Contains(view)) > Copies / 10);
    }

    private static HashSet<string> Outcomes(Tensor image, AutoAugmentPolicy policy, bool turned)
    {
        var outcomes = new HashSet<string> { Text(image) };
        foreach (var (first, second) in Policies.Of(policy))
        {
            foreach (var (one, other) in from one in (int[])[-1, 1] from other in (int[])[-1, 1] select (one, other))
            {
                var (a, b) = turned ? ((second, other), (first, one)) : ((first, one), (second, other));
                outcomes.UnionWith([Text(Apply(image, a)), Text(Apply(image, b)), Text(Apply(Apply(image, a), b))]);
            }
        }

        return outcomes;
    }

    private static Tensor Apply(Tensor x, (Policies.Part Part, int Sign) step)
    {
        var magnitude = AutoAugmentation.Magnitude(step.Part.Operation, step.Part.Level, step.Sign, x.size(2), x.size(3));
        return AutoAugmentation.Apply(step.Part.Operation, x, full([1, 1, 1, 1], (float)magnitude));
    }

    private static string Text(Tensor image) => string.Join(' ', image.Floats());
}
