using SimClrDsl.Cli.Reports;

namespace SimClrDsl.EndToEnd.Tests.Reports;

/// <summary>Slope and correlation, by hand.</summary>
public sealed class LineFitTests
{
    private static LineFit? Of(params (double X, double Y)[] points) =>
        LineFit.Of([.. points.Select(static point => new ReportPoint(point.X, point.Y))]);

    // Deviations of x: −1, 0, 1; of y: −1, 1, 0. Products 1; squares 2 and 2.
    [Fact]
    public void Slope_and_correlation_are_those_of_least_squares()
    {
        var fit = Of((1, 1), (2, 3), (3, 2))!;
        Assert.Equal((0.5, 0.5), (fit.Slope, Math.Round(fit.Correlation!.Value, 12)));
    }

    // Deviations of x: −2, 0, 2; of y: 6, 0, −6.
    [Fact]
    public void A_falling_line_has_a_correlation_of_minus_one()
    {
        var fit = Of((70, 66), (72, 60), (74, 54))!;
        Assert.Equal((-3, -1), (fit.Slope, Math.Round(fit.Correlation!.Value, 12)));
    }

    [Fact]
    public void What_is_not_determined_is_left_out()
    {
        Assert.Null(Of((1, 2)));
        Assert.Null(Of((1, 2), (1, 3), (1, 4)));
        Assert.Equal(new LineFit(2, Correlation: null), Of((1, 2), (2, 4)));
        Assert.Equal(new LineFit(0, Correlation: null), Of((1, 2), (2, 2), (3, 2)));
    }
}
