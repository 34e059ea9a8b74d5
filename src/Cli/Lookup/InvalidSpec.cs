using SimClrDsl.Reading;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Cli.Lookup;

/// <summary>A spec, or a setting of the command line, has errors. All of them are shown, each with its place in the file.</summary>
/// <param name="Errors">The errors.</param>
internal sealed record InvalidSpec(IReadOnlyList<SpecError> Errors) : InputError($"{Errors.Count} errors in the spec");
