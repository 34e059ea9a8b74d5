using SimClrDsl.Planning;
using SimClrDsl.Reading;

namespace SimClrDsl.Cli;

/// <summary>Plans in a few words.</summary>
internal static class SpecText
{
    public static string Source(Plan plan) => RecordShape.KebabCase(plan.Data.Source.ToString());

    /// <summary>The stages an experiment has, in order.</summary>
    public static IEnumerable<string> Stages(Plan plan) =>
        new (string Name, object? Stage)[]
        {
            (Runtime.Stages.Pretrain, plan.Pretrain),
            (Runtime.Stages.Knn, plan.Knn),
            (Runtime.Stages.Linear, plan.Linear),
            (Runtime.Stages.Supervised, plan.LabelOnly),
            (Runtime.Stages.Finetune, plan.Finetune),
            (Runtime.Stages.SelfDistill, plan.SelfDistill),
            (Runtime.Stages.Distill, plan.Distill),
        }
            .Where(static stage => stage.Stage is not null)
            .Select(static stage => stage.Name);
}
