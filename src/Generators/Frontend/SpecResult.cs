using LanguageExt;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Frontend;

/// <summary>What reading one declaration gave: its experiments, or everything that is wrong with it. Equal by value, free of symbols.</summary>
/// <param name="Name">Its name; that of a sweep as a whole where it has a matrix.</param>
/// <param name="Specs">Its experiments, all of them valid; none where there are errors.</param>
/// <param name="Errors">What is wrong, each where it was written.</param>
/// <param name="Origin">Where it is declared.</param>
internal sealed record SpecResult(string Name, Sequence<Spec> Specs, Sequence<SpecError> Errors, SourceSpan Origin)
{
    /// <summary>The names in code that it takes: of its experiments, and of the sweep, which holds their networks.</summary>
    public IEnumerable<string> Identifiers => Specs.Select(static spec => spec.Name).Append(Name).Distinct().Select(Plan.IdentifierOf);

    public static SpecResult Of(Validation<SpecError, Spec> read, SourceSpan origin) =>
        Of(read.Map(static spec => new Sweep(spec.Name, [new(spec, [])], Report: null)), origin);

    public static SpecResult Of(Validation<SpecError, Sweep> read, SourceSpan origin) =>
        read.Match(
            Succ: sweep => new SpecResult(sweep.Name, sweep.Cells.Select(static cell => cell.Spec).ToSequence(), [], origin),
            Fail: errors => new SpecResult("", [], errors.ToSequence(), origin)
        );
}
