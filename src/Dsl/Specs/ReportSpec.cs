namespace SimClrDsl.Specs;

/// <summary>A table or figure made of a sweep's finished experiments. A result stands in the row of the network that has it.</summary>
public sealed record ReportSpec
{
    /// <summary>Among the rows of a report: every result has a row of its own.</summary>
    public const string Result = "result";

    [Field("Heading, as in the paper.")]
    public required string Title { get; init; }

    [Field("Results shown: knn, linear, supervised, finetuned, self_distilled, distilled.")]
    public required Sequence<string> Values { get; init; }

    [Field("Measures shown side by side: top1, top5. A figure shows the first.")]
    public Sequence<string> Metrics { get; init; } = ["top1"];

    [Field(
        "Keys of the matrix that tell rows apart besides the network; result among them gives every result a row of its own. Left out, all keys that are not in columns, best or mean."
    )]
    public Sequence<string>? Rows { get; init; }

    [Field("Keys of the matrix that become columns.")]
    public Sequence<string> Columns { get; init; } = [];

    [Field("Keys of the matrix of which only the best experiment is shown, as Figure 5 shows each head at its best layer.")]
    public Sequence<string> Best { get; init; } = [];

    [Field("Keys of the matrix over which results are averaged, as over the five draws of labels of Figure G.1.")]
    public Sequence<string> Mean { get; init; } = [];

    [Field(
        "File beside the spec with the paper's own numbers: keys of the experiment, result, measures in percent. A key left empty is one that the experiment or the result has not; * stands for any value."
    )]
    public string? Paper { get; init; }

    [Field("The figure; left out, only the table.")]
    public PlotSpec? Plot { get; init; }
}

/// <summary>What is on the axis of a figure.</summary>
public enum PlotAxis
{
    /// <summary>Parameters of the encoder, in millions, on a logarithmic scale.</summary>
    Parameters,

    /// <summary>The first result of the report, of the same experiment.</summary>
    FirstValue,

    /// <summary>A key of the matrix: one place for each of its values.</summary>
    Setting,

    /// <summary>The method and its network: one place for each row of a report whose rows are results.</summary>
    Method,
}

/// <summary>A figure of a report: one point for each row and value.</summary>
public sealed record PlotSpec
{
    [Field("What the horizontal axis shows.")]
    public PlotAxis X { get; init; } = PlotAxis.Parameters;

    [Field("Key of the matrix on the horizontal axis, where x is setting.")]
    public string? Key { get; init; }

    [Field("Keys of the matrix that tell the lines apart, besides those of the columns.")]
    public Sequence<string> Lines { get; init; } = [];

    [Field("Results that are drawn as a level across the figure, as Figure 2 shows the supervised network with all labels.")]
    public Sequence<string> Level { get; init; } = [];

    [Field("Shows the gain over the smallest network of each line in percent of its result, as Figures 1 and A.1 do.")]
    public bool Relative { get; init; }
}
