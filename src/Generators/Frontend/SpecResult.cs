using LanguageExt;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Frontend;

/// <summary>
/// The result of reading one declaration: its experiments or its errors. It is equal by value and holds no Roslyn symbols, so that it can
/// be cached.
/// </summary>
/// <param name="Name">Name of the experiment, or of the sweep if the declaration has a matrix; empty where there are errors.</param>
/// <param name="Specs">The experiments, which passed all rules; empty where there are errors.</param>
/// <param name="Errors">The errors.</param>
/// <param name="Origin">Where the declaration is.</param>
internal sealed record SpecResult(string Name, Sequence<Spec> Specs, Sequence<SpecError> Errors, SourceSpan Origin)
{
    /// <summary>
    /// The C# identifiers that are generated for it: those of its experiments, and that of the sweep, which has their networks.
    /// </summary>
    public IEnumerable<string> Identifiers => Specs.Select(static spec => spec.Name).Append(Name).Distinct().Select(Plan.IdentifierOf);

    public static SpecResult Of(Validation<SpecError, Spec> read, SourceSpan origin) =>
        Of(read.Map(static spec => new Sweep(spec.Name, [new(spec, [])], Report: null)), origin);

    public static SpecResult Of(Validation<SpecError, Sweep> read, SourceSpan origin) =>
        read.Match(
            Succ: sweep => new SpecResult(sweep.Name, sweep.Cells.Select(static cell => cell.Spec).ToSequence(), [], origin),
            Fail: errors => new SpecResult("", [], errors.ToSequence(), origin)
        );
}
