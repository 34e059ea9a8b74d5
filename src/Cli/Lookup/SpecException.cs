using SimClrDsl.Reading;

namespace SimClrDsl.Cli.Lookup;

/// <summary>A spec has errors, so a command cannot continue.</summary>
/// <param name="errors">The errors.</param>
internal sealed class SpecException(IReadOnlyList<SpecError> errors) : Exception($"{errors.Count} errors in the spec")
{
    public IReadOnlyList<SpecError> Errors { get; } = errors;
}
