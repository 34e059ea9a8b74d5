using SimClrDsl.Reading;

namespace SimClrDsl.Cli.Lookup;

/// <summary>A spec with errors, at the edge where a command gives up on it.</summary>
internal sealed class SpecException(IReadOnlyList<SpecError> errors) : Exception($"{errors.Count} errors in the spec")
{
    public IReadOnlyList<SpecError> Errors { get; } = errors;
}
