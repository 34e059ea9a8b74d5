using System.Globalization;

namespace SimClrDsl.Cli.Printing;

/// <summary>A share of a machine's peak: at most all of it, and where it comes from.</summary>
/// <param name="Value">0 … 1.</param>
/// <param name="Measured">What was measured; null where the share was given.</param>
internal sealed record ScaleShare(double Value, double? Measured)
{
    /// <summary>A share that was measured here. More than all cannot be: the matrix product that it is compared with was held up.</summary>
    public static ScaleShare Of(double measured) => new(Math.Min(1, measured), measured);

    public static ScaleShare Given(double value) => new(value, Measured: null);

    /// <summary>The share and its origin, in words.</summary>
    public string Text =>
        Measured switch
        {
            null => $"{Percent(Value)} (as given)",
            > 1 and var measured =>
                $"100 % ({Percent(measured)} were measured, but more than all cannot be: other work held up the matrix product; --share says another)",
            _ => $"{Percent(Value)} (measured here)",
        };

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F0} %");
}

/// <summary>The terms of the scale model that carry over from this machine, each measured or given.</summary>
internal sealed record ScaleTerms(ScaleShare Training, ScaleShare Loss, double HostSeconds)
{
    public Planning.MeasuredTerms Values => new(Training.Value, Loss.Value, HostSeconds);
}
