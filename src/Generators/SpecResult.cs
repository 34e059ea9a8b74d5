using LanguageExt;
using SimClrDsl.Reading;

namespace SimClrDsl.Generators;

/// <summary>What reading one experiment gave: a spec, or everything that is wrong with it. Equal by value, free of symbols.</summary>
/// <param name="Spec">The spec, if it is a valid one.</param>
/// <param name="Errors">What is wrong, each where it was written.</param>
/// <param name="Origin">Where the experiment is declared.</param>
internal sealed record SpecResult(Spec? Spec, Sequence<SpecError> Errors, SourceSpan Origin)
{
    public static SpecResult Of(Validation<SpecError, Spec> read, SourceSpan origin) =>
        read.Match(Succ: spec => new SpecResult(spec, [], origin), Fail: errors => new SpecResult(null, errors.ToSequence(), origin));
}
