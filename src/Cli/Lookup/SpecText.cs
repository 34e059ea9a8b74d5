using SimClrDsl.Planning;
using SimClrDsl.Reading;

namespace SimClrDsl.Cli.Lookup;

/// <summary>Plans in a few words.</summary>
internal static class SpecText
{
    public static string Source(Plan plan) => RecordShape.KebabCase(plan.Data.Source.ToString());

    /// <summary>The stages an experiment has, in order.</summary>
    public static IEnumerable<string> Stages(Plan plan) => plan.Stages.Select(static stage => stage.Name);
}
