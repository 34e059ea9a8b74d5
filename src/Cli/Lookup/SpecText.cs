using SimClrDsl.Planning;
using SimClrDsl.Reading;

namespace SimClrDsl.Cli.Lookup;

/// <summary>Short descriptions of plans.</summary>
internal static class SpecText
{
    public static string Source(Plan plan) => RecordShape.KebabCase(plan.Data.Source.ToString());

    /// <summary>The names of an experiment's stages, in order.</summary>
    public static IEnumerable<string> Stages(Plan plan) =>
        new (string Name, object? Stage)[]
        {
            (StageNames.Pretrain, plan.Pretrain),
            (StageNames.Knn, plan.Knn),
            (StageNames.Linear, plan.Linear),
            (StageNames.Supervised, plan.LabelOnly),
            (StageNames.Finetune, plan.Finetune),
            (StageNames.SelfDistill, plan.SelfDistill),
            (StageNames.Distill, plan.Distill),
        }
            .Where(static stage => stage.Stage is not null)
            .Select(static stage => stage.Name);
}
