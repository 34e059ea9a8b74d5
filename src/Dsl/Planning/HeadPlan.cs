using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>
/// The projection head (§2, §3.1): hidden dense layers, each with batch norm and ReLU, and a last dense layer whose batch norm has a scale
/// γ and no shift β. With one layer the head is linear; with none the loss sees the encoder's output.
/// </summary>
/// <param name="Features">Width of the encoder's output.</param>
/// <param name="Layers">Number of layers.</param>
/// <param name="Out">Width of the head's output; the encoder's where there is no layer.</param>
/// <param name="HiddenWidth">Width of the hidden layers; null where it is the encoder's, as in the paper (footnote 2).</param>
public sealed record HeadPlan(int Features, int Layers, int Out, int? HiddenWidth = null)
{
    /// <summary>The head that a spec asks for, on an encoder with so many features.</summary>
    public static HeadPlan Of(HeadSpec spec, int features) =>
        new(features, spec.Layers, spec.Layers == 0 ? features : spec.Out, spec.Hidden == features || spec.Layers < 2 ? null : spec.Hidden);

    /// <summary>Number of hidden layers: all but the last.</summary>
    public int Hidden => Math.Max(0, Layers - 1);

    /// <summary>Width after the first <paramref name="layers"/> layers; 0 means the encoder's output.</summary>
    public int WidthAfter(int layers) =>
        layers == Layers ? Out
        : layers == 0 ? Features
        : HiddenWidth ?? Features;

    /// <summary>
    /// Number of values of all layers. Batch norms of hidden layers have a scale and a shift, that of the last one a scale.
    /// </summary>
    public Count Parameters =>
        Enumerable
            .Range(1, Layers)
            .Aggregate(
                default(Count),
                (sum, layer) => sum + new Count(Kernel(layer) + ((layer == Layers ? 1L : 2L) * WidthAfter(layer)), 2L * WidthAfter(layer))
            );

    /// <summary>Multiply-adds of one forward pass of one image.</summary>
    public long MultiplyAdds => Enumerable.Range(1, Layers).Sum(Kernel);

    /// <summary>Number of weights in the kernel of a layer; layers count from 1.</summary>
    public long Kernel(int layer) => (long)WidthAfter(layer - 1) * WidthAfter(layer);
}
