using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Evaluate;

public sealed class EvaluationTests
{
    // More than two of the batches that evaluation takes.
    private static readonly PixelSet Set = new(
        Values.Images(1203, 1, 8, 8),
        tensor(Enumerable.Range(0, 1203).Select(i => i % 2L).ToArray())
    );

    // Class 1 where the first pixel is brighter than the second.
    private static readonly Frozen Classifier = new(static x => x.flatten(1).narrow(1, 0, 2).flip(1));

    [Fact]
    public void Features_are_the_networks_outputs_in_order()
    {
        var features = Evaluation.Features(Classifier, Set, CPU, ScalarType.Float32);
        Assert.Equal(1203, features.Count);
        Values.Close((Set.Images.flatten(1).narrow(1, 0, 2).flip(1).to(ScalarType.Float32) / 255).Floats(), features.Values.Floats(), 1e-6);
        Assert.Equal(Set.Labels.data<long>().ToArray(), features.Labels.data<long>().ToArray());
    }

    // Of 500 images of 224 pixels a ResNet-50 would have tensors of 800 MB, more than most steps of training have.
    [Theory]
    [InlineData(8, 1001, new[] { 500, 500, 1 })]
    [InlineData(224, 36, new[] { 16, 16, 4 })]
    [InlineData(1500, 2, new[] { 1, 1 })]
    public void Fewer_large_images_are_evaluated_at_a_time(int side, int count, int[] batches)
    {
        var sizes = new List<long>();
        var network = new Frozen(x =>
        {
            sizes.Add(x.size(0));
            return x.flatten(1).narrow(1, 0, 1);
        });
        _ = Evaluation.Features(network, new PixelSet(zeros(count, 1, side, side, uint8), zeros(count, int64)), CPU, ScalarType.Float32);
        Assert.Equal(batches.Select(static size => (long)size), sizes);
    }

    [Fact]
    public void Top_1_is_the_share_of_labels_with_the_largest_logit()
    {
        var pixels = Set.Images.flatten(1).Floats().Chunk(64).ToArray();
        var right = pixels.Where(static (image, i) => (image[0] > image[1] ? 1 : 0) == i % 2).Count();
        var ties = pixels.Count(static image => image[0] == image[1]);
        var logits = Evaluation.Features(Classifier, Set, CPU, ScalarType.Float32);
        var (top1, top5) = Accuracy.Of(logits.Values, logits.Labels);
        Assert.InRange(top1 * 1203, right - ties - 0.1, right + ties + 0.1);
        Assert.InRange(top1, 0.4, 0.6);
        Assert.Null(top5);
    }

    [Fact]
    public void A_frozen_network_records_no_gradient()
    {
        var weight = ones(1).requires_grad_(true);
        Assert.False(new Frozen(x => x * weight).Infer(ones(2)).requires_grad);
    }
}
