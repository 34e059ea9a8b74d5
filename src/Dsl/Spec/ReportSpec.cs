namespace SimClrDsl;

/// <summary>Which measure of a result is shown.</summary>
public enum Metric
{
    Top1,
    Top5,
}

/// <summary>A table or figure made of a sweep's finished experiments.</summary>
public sealed record ReportSpec
{
    [Field("Heading, as in the paper.")]
    public required string Title { get; init; }

    [Field("Results shown: knn, linear, supervised, finetuned, self_distilled, distilled.")]
    public required Sequence<string> Values { get; init; }

    [Field("Measure of the results.")]
    public Metric Metric { get; init; } = Metric.Top1;

    [Field("Keys of the matrix that become columns; the others make the rows.")]
    public Sequence<string> Columns { get; init; } = [];

    [Field("Keys of the matrix of which only the best experiment is shown, as Figure 5 shows each head at its best layer.")]
    public Sequence<string> Best { get; init; } = [];

    [Field("File beside the spec with the paper's own numbers: keys of the matrix, result, value in percent.")]
    public string? Paper { get; init; }

    [Field("The figure; left out, only the table.")]
    public PlotSpec? Plot { get; init; }
}

/// <summary>What is on the axis of a figure.</summary>
public enum PlotAxis
{
    /// <summary>Parameters of the encoder, in millions, on a logarithmic scale.</summary>
    Parameters,

    /// <summary>The first result of the report.</summary>
    FirstValue,

    /// <summary>A key of the matrix: one place for each of its values.</summary>
    Setting,
}

/// <summary>A figure of a report: one point for each row and value.</summary>
public sealed record PlotSpec
{
    [Field("What the horizontal axis shows.")]
    public PlotAxis X { get; init; } = PlotAxis.Parameters;

    [Field("Key of the matrix on the horizontal axis, where x is setting.")]
    public string? Key { get; init; }

    [Field("Keys of the matrix that tell the lines apart.")]
    public Sequence<string> Lines { get; init; } = [];

    [Field("Shows the gain over the smallest network in percent of its result, as Figures 1 and A.1 do.")]
    public bool Relative { get; init; }
}
