namespace SimClrDsl.Runtime;

/// <summary>What a run has measured so far.</summary>
public sealed class Results
{
    private readonly List<(string Stage, ResultRow Row)> rows = [];

    /// <summary>The results table's rows, in the order they were measured.</summary>
    public IReadOnlyList<ResultRow> Rows => [.. rows.Select(static row => row.Row)];

    /// <summary>What pretraining measured, if it ran.</summary>
    public PretrainSummary? Pretrain { get; internal set; }

    /// <summary>What one stage measured.</summary>
    internal IReadOnlyList<ResultRow> Of(string stage) => [.. rows.Where(row => row.Stage == stage).Select(static row => row.Row)];

    internal void Add(string stage, ResultRow row) => rows.Add((stage, row));

    /// <summary>The accuracies, with those of an earlier run of the same spec where this one did not measure.</summary>
    public Top1Summary Top1(Top1Summary? earlier) =>
        new(
            Knn: First(Stages.Knn) ?? earlier?.Knn,
            Linear: First(Stages.Linear) ?? earlier?.Linear,
            LabelOnly: First(Stages.Supervised) ?? earlier?.LabelOnly,
            FineTuned: First(Stages.Finetune) ?? earlier?.FineTuned,
            SelfDistilled: First(Stages.SelfDistill) ?? earlier?.SelfDistilled,
            Distilled: First(Stages.Distill) ?? earlier?.Distilled
        );

    private double? First(string stage) => Of(stage).Select(static row => (double?)row.Top1).FirstOrDefault();
}
