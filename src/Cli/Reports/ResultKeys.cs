using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Specs;

namespace SimClrDsl.Cli.Reports;

/// <summary>An experiment of a sweep with its plan.</summary>
/// <param name="Cell">The experiment.</param>
/// <param name="Plan">Its plan.</param>
internal sealed record PlannedCell(Cell Cell, Plan Plan)
{
    public Spec Spec => Cell.Spec;

    public IReadOnlyDictionary<string, string> Hashes { get; } = StageHashes.Of(Plan);

    public static PlannedCell Of(Cell cell) => new(cell, Plan.Of(cell.Spec));
}

/// <summary>The results of experiments: which network each belongs to, and which keys of the spec it depends on.</summary>
internal static class ResultKeys
{
    /// <summary>The text of a key for which an experiment has no value.</summary>
    public const string None = "none";

    private const string Encoder = "encoder.";
    private const string Student = "distill.student.";
    private const string Distilled = "distilled";

    /// <summary>The stage that measures a result.</summary>
    public static string StageOf(string result) =>
        result switch
        {
            "finetuned" => StageNames.Finetune,
            "self_distilled" => StageNames.SelfDistill,
            Distilled => StageNames.Distill,
            _ => result,
        };

    public static bool IsResult(string word) => word is "knn" or "linear" or "supervised" or "finetuned" or "self_distilled" or Distilled;

    /// <summary>Whether a word is the dotted key of a single value of a spec.</summary>
    public static bool IsKey(string path) =>
        path.LastIndexOf('.') is var dot
        && RecordShape.Everywhere.FirstOrDefault(place => place.Path == path[..Math.Max(dot, 0)]).Shape?.Find(path[(dot + 1)..])
            is { Kind: not ValueKind.Record };

    /// <summary>The network that a result belongs to: the student for distillation, else the encoder.</summary>
    public static EncoderPlan NetworkOf(Plan plan, string result) => result == Distilled ? plan.Distill!.Student : plan.Encoder;

    /// <summary>
    /// The name of a setting of a network, such as <c>resnet</c>, without the network that it is of; null for any other key.
    /// </summary>
    public static string? NetworkField(string path) =>
        path.StartsWith(Encoder, StringComparison.Ordinal) ? path[Encoder.Length..]
        : path.StartsWith(Student, StringComparison.Ordinal) ? path[Student.Length..]
        : null;

    /// <summary>The text of a setting of the network that a result belongs to.</summary>
    public static string NetworkText(PlannedCell cell, string result, string field) =>
        Text(cell, $"{(result == Distilled ? Student : Encoder)}{field}");

    /// <summary>
    /// The value of a key, as in YAML; <see cref="None"/> if the experiment has none. For some keys that distinguish the paper's numbers,
    /// the value that the plan chooses is used if the key is left out.
    /// </summary>
    public static string Text(PlannedCell cell, string path) =>
        (path, SpecText(cell, path)) switch
        {
            ("finetune.from_head_layer", None) when cell.Plan.Finetune is { } finetune => $"{finetune.FromHeadLayer}",
            ("evaluate.supervised.labels", None) when cell.Plan.LabelOnly is not null => SpecPath.Text(cell.Spec, "data.labels"),
            var (_, text) => text,
        };

    /// <summary>Whether a result may differ between two experiments that differ in this key alone.</summary>
    public static bool Concerns(Spec spec, string result, string path)
    {
        bool Under(string key) => path == key || path.StartsWith($"{key}.", StringComparison.Ordinal);
        return Under("data.labels") || Under("data.label_list") || Under("data.label_seed") ? LearnsFromLabels(spec, result, path)
            : Under("pretrain") ? result != "supervised"
            : Under("evaluate.knn") ? result == "knn"
            : Under("evaluate.linear") ? result == "linear"
            : Under("evaluate.supervised") ? result == "supervised"
            : Under("evaluate") ? result is "knn" or "linear" or "supervised"
            : Under("finetune") ? result is "finetuned" or "self_distilled" or Distilled
            : Under("self_distill") ? result is "self_distilled" or Distilled
            : !Under("distill") || result == Distilled;
    }

    private static bool LearnsFromLabels(Spec spec, string result, string path) =>
        result switch
        {
            "knn" or "linear" => false,
            // Labels that the baseline draws for itself are drawn by the same seed.
            "supervised" => spec.Evaluate?.Supervised?.Labels is null || path == "data.label_seed",
            _ => true,
        };

    // The key of a whole record, as in 'finetune: [{}]' of a matrix, has the text that is written in the matrix.
    private static string SpecText(PlannedCell cell, string path) =>
        IsKey(path) ? SpecPath.Text(cell.Spec, path) : cell.Cell.Find(path) ?? None;
}
