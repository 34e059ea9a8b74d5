using System.Text.Json;
using System.Text.Json.Serialization;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Planning;
using SimClrDsl.Reading;

namespace SimClrDsl.Cli.Printing;

/// <summary>Prints plans as JSON.</summary>
internal static class PlanJson
{
    public static JsonSerializerOptions Options { get; } =
        new()
        {
            WriteIndented = true,
            PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };

    public static object Short(Plan plan) =>
        new
        {
            plan.Name,
            Network = plan.Encoder.Title,
            Source = SpecText.Source(plan),
            Parameters = Parameters(plan.Encoder.Cost.Parameters),
            Stages = SpecText.Stages(plan),
        };

    public static object Full(Plan plan) =>
        new
        {
            plan.Name,
            SpecHash = SpecHash.Of(plan.Spec),
            Data = new
            {
                Source = SpecText.Source(plan),
                plan.Data.Side,
                plan.Data.Channels,
                plan.Data.Classes,
                plan.Data.TrainImages,
                plan.Data.TestImages,
                plan.Data.Unlabelled,
                plan.Data.Labels,
            },
            Encoder = Network(plan.Encoder),
            Head = plan.Pretrain is { Head: var head }
                ? new
                {
                    head.Layers,
                    head.Features,
                    Hidden = head.HiddenWidth ?? head.Features,
                    head.Out,
                    Parameters = Parameters(head.Parameters),
                    head.MultiplyAdds,
                }
                : null,
            Student = plan.Distill is { Student: var student } ? Network(student) : null,
            Stages = plan
                .Stages.Select(static stage => (stage.Name, Settings: Stage(stage)))
                .Where(static stage => stage.Settings is not null)
                .ToDictionary(static stage => stage.Name, static stage => stage.Settings),
        };

    private static object Network(EncoderPlan encoder) =>
        new
        {
            Resnet = encoder.Depth,
            encoder.Width,
            encoder.SelectiveKernel,
            Stem = RecordShape.KebabCase(encoder.StemKind.ToString()),
            encoder.Features,
            Parameters = Parameters(encoder.Cost.Parameters),
            encoder.Cost.MultiplyAdds,
            ActivationBytes = encoder.Activations * sizeof(float),
            Groups = encoder.Groups.Select(static group => new
            {
                group.Index,
                Blocks = group.BodyBlocks + 1,
                Channels = group.Entry.Outputs,
                group.Entry.Stride,
                Side = group.Entry.SideOut,
                Parameters = Parameters(group.Cost.Parameters),
                group.Cost.MultiplyAdds,
            }),
        };

    // Of a stage that trains nothing there is nothing to say.
    private static object? Stage(StagePlan stage) =>
        stage.Match(
            pretrain: static plan => Training(plan, plan.Epochs),
            knn: static _ => null,
            linear: static plan => Training(plan, plan.Epochs),
            labelOnly: static plan =>
                (object?)
                    new
                    {
                        plan.Batch,
                        TotalSteps = plan.Rate.TotalSteps.Value,
                        PeakRates = plan.Rates,
                    },
            finetune: static plan => Training(plan, plan.Epochs),
            selfDistill: static plan => Training(plan, plan.Teaching.Epochs),
            distill: static plan => Training(plan, plan.Epochs)
        );

    private static object? Training(ITrainingPlan plan, int epochs) =>
        new
        {
            Epochs = epochs,
            plan.Batch,
            TotalSteps = plan.Rate.TotalSteps.Value,
            WarmupSteps = plan.Rate.WarmupSteps.Value,
            PeakRate = plan.Rate.Peak.Value,
        };

    private static object Parameters(Count count) => new { count.Weights, count.WithStatistics };
}
