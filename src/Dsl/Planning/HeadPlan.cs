namespace SimClrDsl.Planning;

/// <summary>
/// The projection head (§2, §3.1): dense layers of the encoder's width, each with batch norm and ReLU, and a last one whose batch norm has a
/// scale and no shift. One layer is a linear head; none leaves the encoder's output as it is.
/// </summary>
/// <param name="Features">Width of the encoder's output and of every layer but the last.</param>
/// <param name="Layers">Number of layers.</param>
/// <param name="Out">Width of the last layer's output; of the encoder's where there is no layer.</param>
public sealed record HeadPlan(int Features, int Layers, int Out)
{
    /// <summary>The head that a spec means on an encoder of so many features.</summary>
    public static HeadPlan Of(HeadSpec spec, int features) => new(features, spec.Layers, spec.Layers == 0 ? features : spec.Out);

    /// <summary>Layers but the last: dense, batch norm, ReLU.</summary>
    public int Hidden => Math.Max(0, Layers - 1);

    /// <summary>Width after so many layers, none of them being the encoder's output.</summary>
    public int WidthAfter(int layers) => layers == Layers ? Out : Features;

    public Count Parameters => Layers == 0 ? default : (Hidden * HiddenLayer) + new Count(((long)Features * Out) + Out, 2L * Out);

    /// <summary>Values of one hidden layer.</summary>
    public Count HiddenLayer => new(((long)Features * Features) + (2L * Features), 2L * Features);

    public long MultiplyAdds => Layers == 0 ? 0 : ((long)Hidden * Features * Features) + ((long)Features * Out);
}
