using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>
/// The projection head (§2, §3.1): dense layers of the encoder's width or of another, each with batch norm and ReLU, and a last one whose batch
/// norm has a scale and no shift. One layer is a linear head; none leaves the encoder's output as it is.
/// </summary>
/// <param name="Features">Width of the encoder's output.</param>
/// <param name="Layers">Number of layers.</param>
/// <param name="Out">Width of the last layer's output; of the encoder's where there is no layer.</param>
/// <param name="HiddenWidth">Width of every layer but the last, where it is not the encoder's (footnote 2); else null.</param>
public sealed record HeadPlan(int Features, int Layers, int Out, int? HiddenWidth = null)
{
    /// <summary>The head that a spec means on an encoder of so many features.</summary>
    public static HeadPlan Of(HeadSpec spec, int features) =>
        new(features, spec.Layers, spec.Layers == 0 ? features : spec.Out, spec.Hidden == features || spec.Layers < 2 ? null : spec.Hidden);

    /// <summary>Layers but the last: dense, batch norm, ReLU.</summary>
    public int Hidden => Math.Max(0, Layers - 1);

    /// <summary>Width after so many layers, none of them being the encoder's output.</summary>
    public int WidthAfter(int layers) =>
        layers == Layers ? Out
        : layers == 0 ? Features
        : HiddenWidth ?? Features;

    /// <summary>Values of all layers: hidden ones have a scale and a shift, the last one a scale.</summary>
    public Count Parameters =>
        Enumerable
            .Range(1, Layers)
            .Aggregate(
                default(Count),
                (sum, layer) => sum + new Count(Kernel(layer) + ((layer == Layers ? 1L : 2L) * WidthAfter(layer)), 2L * WidthAfter(layer))
            );

    public long MultiplyAdds => Enumerable.Range(1, Layers).Sum(Kernel);

    /// <summary>Weights of a layer's kernel, the first being 1.</summary>
    public long Kernel(int layer) => (long)WidthAfter(layer - 1) * WidthAfter(layer);
}
