using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Stages;

/// <summary>
/// Images of one colour each, red, green or blue, for stages whose right accuracy is known before they run. Every image has a brightness of
/// its own, which tells which one it is; and a linear network that has seen each colour once tells them apart.
/// </summary>
internal static class Colours
{
    internal const int Classes = 3;
    internal const int Side = 4;

    /// <summary>Brightnesses of the images of each split, so that what a stage has seen says where it came from.</summary>
    internal static readonly Range Unlabelled = 100..112;
    internal static readonly Range Labelled = 120..126;
    internal static readonly Range Validation = 130..136;
    internal static readonly Range Test = 140..150;

    /// <summary>
    /// Four splits without a common image. The label of an image is its colour's number plus the split's shift, modulo three: splits of one
    /// shift agree on what a colour means, and of two shifts they agree on no image.
    /// </summary>
    internal static ExperimentData Data(int unlabelled = 0, int labelled = 0, int? validation = null, int test = 0) =>
        new(
            Set(Unlabelled, colour => colour + unlabelled),
            Set(Labelled, colour => colour + labelled),
            Set(Test, colour => colour + test),
            Classes
        )
        {
            Validation = validation is { } shift ? Set(Validation, colour => colour + shift) : null,
        };

    /// <summary>Images of a split with the labels that a colour's number makes. No two neighbours have one colour.</summary>
    internal static PixelSet Set(Range brightnesses, Func<int, int> label)
    {
        var (first, count) = (brightnesses.Start.Value, brightnesses.End.Value - brightnesses.Start.Value);
        var pixels = new byte[count * Classes * Side * Side];
        for (var i = 0; i < count; i++)
        {
            Array.Fill(pixels, (byte)(first + i), ((i * Classes) + Colour(i)) * Side * Side, Side * Side);
        }

        var labels = Enumerable.Range(0, count).Select(i => (long)(label(Colour(i)) % Classes)).ToArray();
        return new(tensor(pixels).reshape(count, Classes, Side, Side), tensor(labels));
    }

    /// <summary>The colour of a split's image.</summary>
    internal static int Colour(int i) => (i * 2) % Classes;

    /// <summary>Mean of each channel: float32 [N, 3], a row per image that is zero but at its colour.</summary>
    internal static Tensor Features(Tensor images) => images.to(ScalarType.Float32).mean([2, 3]);

    /// <summary>The brightness of each image.</summary>
    internal static int[] Brightnesses(Tensor images) =>
        [.. Features(images).sum(1L).Floats().Select(static value => (int)Math.Round(255 * value))];

    /// <summary>A network that answers every colour with its number plus a shift, modulo three.</summary>
    internal static Dense.Params Answering(int shift) => new(eye(Classes).roll(shift, 0), zeros(Classes));

    /// <summary>Logits of images under a linear network.</summary>
    /// <summary>The linear network on colours, before it has seen any.</summary>
    internal static Model<Dense.Params, NoState> Model { get; } = ModelOf(Infer);

    /// <summary>The same with another inference.</summary>
    internal static Model<Dense.Params, NoState> ModelOf(Func<Dense.Params, NoState, Tensor, Tensor> infer) =>
        new(
            static _ => Dense.Zeros(3, 3),
            static _ => NoState.Value,
            static (p, s, x, _) => (Infer(p, s, x), s),
            infer,
            static (_, _, x) => Features(x)
        );

    internal static Tensor Infer(Dense.Params p, NoState s, Tensor x) => Dense.Forward(p, Features(x));
}
