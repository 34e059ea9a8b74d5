namespace SimClrDsl.Planning;

/// <summary>
/// The nonlinear projection head (§2, §3.1): dense layers of the encoder's width, each with batch norm and ReLU, and a last one whose
/// batch norm has a scale and no shift.
/// </summary>
/// <param name="Features">Width of the encoder's output and of every layer but the last.</param>
/// <param name="Layers">Number of layers.</param>
/// <param name="Out">Width of the last layer's output.</param>
public sealed record HeadPlan(int Features, int Layers, int Out)
{
    /// <summary>Layers but the last: dense, batch norm, ReLU.</summary>
    public int Hidden => Layers - 1;

    /// <summary>Width after so many layers, none of them being the encoder's output.</summary>
    public int WidthAfter(int layers) => layers == Layers ? Out : Features;

    public Count Parameters => (Hidden * HiddenLayer) + new Count(((long)Features * Out) + Out, 2L * Out);

    /// <summary>Values of one hidden layer.</summary>
    public Count HiddenLayer => new(((long)Features * Features) + (2L * Features), 2L * Features);

    public long MultiplyAdds => ((long)Hidden * Features * Features) + ((long)Features * Out);
}
