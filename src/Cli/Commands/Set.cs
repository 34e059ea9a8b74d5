using System.CommandLine;
using SimClrDsl.Reading;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>--set KEY=VALUE</c>: other settings than the spec's.</summary>
internal static class Set
{
    public static Option<string[]> Option() =>
        new("--set")
        {
            Description =
                "Another value for a key of the spec, as in --set pretrain.epochs=2; may be repeated. The run has a folder of its own.",
        };

    /// <summary>The experiment with the settings, and its compiled code where it is still that of the project.</summary>
    /// <exception cref="SpecException">A setting is wrong.</exception>
    public static Found Apply(Found found, IReadOnlyList<string> settings) =>
        settings.Count == 0
            ? found
            : found.Spec.Set(settings).Match(Succ: Catalogue.Of, Fail: static errors => throw new SpecException([.. errors]));
}
