namespace SimClrDsl.Specs;

/// <summary>
/// A setting that the paper leaves open, and why it is as it is: <c>distill.alpha: the paper gives no weight</c> in YAML,
/// <c>"distill.alpha: the paper gives no weight"</c> in C#.
/// </summary>
/// <param name="Key">The dotted key of the setting, or of all that is under it; <c>KEY=VALUE</c> where only this value of a sweep is meant.</param>
/// <param name="Reason">Why it is chosen so.</param>
public sealed record OwnChoice(string Key, string Reason)
{
    /// <summary>The key before the first colon, and the reason after it; without a colon the reason is empty, which is an error of the spec.</summary>
    public static implicit operator OwnChoice(string text)
    {
        var colon = text.IndexOf(':');
        return colon < 0 ? new(text.Trim(), "") : new(text.Substring(0, colon).Trim(), text.Substring(colon + 1).Trim());
    }

    public override string ToString() => $"{Key}: {Reason}";
}
