namespace SimClrDsl.Specs;

/// <summary>
/// A table or figure made of a sweep's finished experiments. A result is shown in the row of the network that it was measured on.
/// </summary>
public sealed record ReportSpec
{
    /// <summary>The word in <see cref="Rows"/> that gives every result a row of its own.</summary>
    public const string Result = "result";

    /// <summary>Heading, as in the paper.</summary>
    [Field("Heading, as in the paper.")]
    public required string Title { get; init; }

    /// <summary>Results shown: knn, linear, supervised, finetuned, self_distilled, distilled.</summary>
    [Field("Results shown: knn, linear, supervised, finetuned, self_distilled, distilled.")]
    public required Sequence<string> Values { get; init; }

    /// <summary>Measures shown side by side: top1, top5. A figure shows the first.</summary>
    [Field("Measures shown side by side: top1, top5. A figure shows the first.")]
    public Sequence<string> Metrics { get; init; } = ["top1"];

    /// <summary>
    /// Keys of the matrix that tell rows apart besides the network; result among them gives every result a row of its own. Left out, all
    /// keys that are not in columns, best or mean.
    /// </summary>
    [Field(
        "Keys of the matrix that tell rows apart besides the network; result among them gives every result a row of its "
            + "own. Left out, all keys that are not in columns, best or mean."
    )]
    public Sequence<string>? Rows { get; init; }

    /// <summary>Keys of the matrix that become columns.</summary>
    [Field("Keys of the matrix that become columns.")]
    public Sequence<string> Columns { get; init; } = [];

    /// <summary>Keys of the matrix of which only the best experiment is shown, as Figure 5 shows each head at its best layer.</summary>
    [Field("Keys of the matrix of which only the best experiment is shown, as Figure 5 shows each head at its best layer.")]
    public Sequence<string> Best { get; init; } = [];

    /// <summary>Keys of the matrix over which results are averaged, as over the five draws of labels of Figure G.1.</summary>
    [Field("Keys of the matrix over which results are averaged, as over the five draws of labels of Figure G.1.")]
    public Sequence<string> Mean { get; init; } = [];

    /// <summary>
    /// File beside the spec with the paper's own numbers: keys of the experiment, result, measures in percent. An empty key is one that the
    /// experiment or the result does not have; * stands for any value.
    /// </summary>
    [Field(
        "File beside the spec with the paper's own numbers: keys of the experiment, result, measures in percent. An empty "
            + "key is one that the experiment or the result does not have; * stands for any value."
    )]
    public string? Paper { get; init; }

    /// <summary>The figure; left out, only the table.</summary>
    [Field("The figure; left out, only the table.")]
    public PlotSpec? Plot { get; init; }
}

/// <summary>What the horizontal axis of a figure shows.</summary>
public enum PlotAxis
{
    /// <summary>Parameters of the encoder, in millions, on a logarithmic scale.</summary>
    Parameters,

    /// <summary>The first result of the report, for the same experiment.</summary>
    FirstValue,

    /// <summary>A key of the matrix: one place for each of its values.</summary>
    Setting,

    /// <summary>The method and its network: one place for each row of a report whose rows are results.</summary>
    Method,
}

/// <summary>A figure of a report: one point for each row and value.</summary>
public sealed record PlotSpec
{
    /// <summary>What the horizontal axis shows.</summary>
    [Field("What the horizontal axis shows.")]
    public PlotAxis X { get; init; } = PlotAxis.Parameters;

    /// <summary>Key of the matrix on the horizontal axis, where x is setting.</summary>
    [Field("Key of the matrix on the horizontal axis, where x is setting.")]
    public string? Key { get; init; }

    /// <summary>Keys of the matrix that tell the lines apart, besides those of the columns.</summary>
    [Field("Keys of the matrix that tell the lines apart, besides those of the columns.")]
    public Sequence<string> Lines { get; init; } = [];

    /// <summary>
    /// Results that are drawn as a horizontal line across the figure, as Figure 2 shows the supervised network with all labels.
    /// </summary>
    [Field("Results that are drawn as a horizontal line across the figure, as Figure 2 shows the supervised network with all labels.")]
    public Sequence<string> Level { get; init; } = [];

    /// <summary>
    /// Whether to show the gain over the smallest network of each line in percent of its result, as Figures 1 and A.1 do.
    /// </summary>
    [Field("Whether to show the gain over the smallest network of each line in percent of its result, as Figures 1 and A.1 do.")]
    public bool Relative { get; init; }
}
