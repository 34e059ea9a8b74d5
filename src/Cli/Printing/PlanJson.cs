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
            Stages = Stages(plan).ToDictionary(static stage => stage.Name, static stage => stage.Settings),
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

    private static IEnumerable<(string Name, object Settings)> Stages(Plan plan)
    {
        if (plan.Pretrain is { } pretrain)
        {
            yield return ("pretrain", Stage(pretrain.Epochs, pretrain.Batch, pretrain.Rate));
        }

        if (plan.Linear is { } linear)
        {
            yield return ("linear", Stage(linear.Epochs, linear.Batch, linear.Rate));
        }

        if (plan.LabelOnly is { } labelOnly)
        {
            yield return (
                "supervised",
                new
                {
                    labelOnly.Batch,
                    TotalSteps = labelOnly.Rate.TotalSteps.Value,
                    PeakRates = labelOnly.Rates,
                }
            );
        }

        if (plan.Finetune is { } finetune)
        {
            yield return ("finetune", Stage(finetune.Epochs, finetune.Batch, finetune.Rate));
        }

        if (plan.SelfDistill is { } selfDistill)
        {
            yield return ("self_distill", Stage(selfDistill.Epochs, selfDistill.Batch, selfDistill.Rate));
        }

        if (plan.Distill is { } distill)
        {
            yield return ("distill", Stage(distill.Epochs, distill.Batch, distill.Rate));
        }
    }

    private static object Stage(int epochs, int batch, RatePlan rate) =>
        new
        {
            Epochs = epochs,
            Batch = batch,
            TotalSteps = rate.TotalSteps.Value,
            WarmupSteps = rate.WarmupSteps.Value,
            PeakRate = rate.Peak.Value,
        };

    private static object Parameters(Count count) => new { count.Weights, count.WithStatistics };
}
