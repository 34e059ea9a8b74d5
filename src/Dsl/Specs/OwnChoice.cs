namespace SimClrDsl.Specs;

/// <summary>
/// A setting that the paper leaves open, with the reason for its value: <c>distill.alpha: the paper gives no weight</c> in YAML,
/// <c>"distill.alpha: the paper gives no weight"</c> in C#.
/// </summary>
/// <param name="Key">
/// The dotted key of the setting, or of a record with all its settings; <c>KEY=VALUE</c> where only this value of a sweep is meant.
/// </param>
/// <param name="Reason">Why this value was chosen.</param>
public sealed record OwnChoice(string Key, string Reason)
{
    /// <summary>
    /// Splits a text into the key before its first colon and the reason after it. Without a colon the reason is empty, which is an error.
    /// </summary>
    public static implicit operator OwnChoice(string text)
    {
        var colon = text.IndexOf(':');
        return colon < 0 ? new(text.Trim(), "") : new(text.Substring(0, colon).Trim(), text.Substring(colon + 1).Trim());
    }

    /// <summary>Key and reason, separated by a colon.</summary>
    public override string ToString() => $"{Key}: {Reason}";
}
