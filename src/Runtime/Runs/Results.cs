using System.Collections.Immutable;
using SimClrDsl.Planning;

namespace SimClrDsl.Runtime.Runs;

/// <summary>What a run has measured so far.</summary>
public sealed record Results
{
    private readonly ImmutableList<(string Stage, ResultRow Row)> rows = [];

    private Results() { }

    /// <summary>Before anything is measured.</summary>
    public static Results None { get; } = new();

    /// <summary>The results table's rows, in the order they were measured.</summary>
    public IReadOnlyList<ResultRow> Rows => [.. rows.Select(static row => row.Row)];

    /// <summary>What pretraining measured, if it ran.</summary>
    public PretrainSummary? Pretrain { get; init; }

    /// <summary>What one stage measured.</summary>
    internal IReadOnlyList<ResultRow> Of(string stage) => [.. rows.Where(row => row.Stage == stage).Select(static row => row.Row)];

    /// <summary>The same with more rows of a stage.</summary>
    internal Results With(string stage, IEnumerable<ResultRow> more) => new(this, rows.AddRange(more.Select(row => (stage, row))));

    private Results(Results before, ImmutableList<(string Stage, ResultRow Row)> rows)
        : this(before) => this.rows = rows;

    /// <summary>The top-1 accuracies, with those of an earlier run of the same spec where this one did not measure.</summary>
    public AccuracySummary Top1(AccuracySummary? earlier) => Summary(static row => row.Top1, earlier);

    /// <summary>The same of the top-5 accuracies.</summary>
    public AccuracySummary Top5(AccuracySummary? earlier) => Summary(static row => row.Top5, earlier);

    private AccuracySummary Summary(Func<ResultRow, double?> measure, AccuracySummary? earlier) =>
        new(
            Knn: First(StageNames.Knn, measure) ?? earlier?.Knn,
            Linear: First(StageNames.Linear, measure) ?? earlier?.Linear,
            LabelOnly: First(StageNames.Supervised, measure) ?? earlier?.LabelOnly,
            FineTuned: First(StageNames.Finetune, measure) ?? earlier?.FineTuned,
            SelfDistilled: First(StageNames.SelfDistill, measure) ?? earlier?.SelfDistilled,
            Distilled: First(StageNames.Distill, measure) ?? earlier?.Distilled
        );

    private double? First(string stage, Func<ResultRow, double?> measure) => Of(stage).Select(measure).FirstOrDefault();
}
