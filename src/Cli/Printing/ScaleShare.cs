using System.Globalization;

namespace SimClrDsl.Cli.Printing;

/// <summary>A fraction of a machine's peak throughput, measured or given.</summary>
/// <param name="Value">The fraction, 0 to 1.</param>
/// <param name="Measured">The measured fraction, which may exceed 1; null if the fraction was given.</param>
internal sealed record ScaleShare(double Value, double? Measured)
{
    /// <summary>
    /// A fraction that was measured on this machine, limited to 1. A larger one means that the matrix product it is compared with was
    /// slowed down by other work.
    /// </summary>
    public static ScaleShare Of(double measured) => new(Math.Min(1, measured), measured);

    public static ScaleShare Given(double value) => new(value, Measured: null);

    /// <summary>The fraction and its origin, as text.</summary>
    public string Text =>
        Measured switch
        {
            null => $"{Percent(Value)} (as given)",
            > 1 and var measured => $"100 % ({Percent(measured)} were measured, but more than all cannot be: "
                + $"other work held up the matrix product; --share says another)",
            _ => $"{Percent(Value)} (measured here)",
        };

    private static string Percent(double share) => string.Create(CultureInfo.InvariantCulture, $"{100 * share:F0} %");
}

/// <summary>The parameters of the scale model that are measured on this machine, or given.</summary>
/// <param name="Training">Fraction of the peak that training attains.</param>
/// <param name="Loss">Fraction of the peak that the loss attains.</param>
/// <param name="HostSeconds">CPU time to launch a convolution with its batch norm, forward and backward, in seconds.</param>
/// <param name="WaitFraction">Fraction of forward and backward pass that a device waits for the slowest; given, as one process has none.</param>
internal sealed record ScaleTerms(ScaleShare Training, ScaleShare Loss, double HostSeconds, double WaitFraction)
{
    public Planning.MeasuredTerms Values => new(Training.Value, Loss.Value, HostSeconds, WaitFraction);
}
