using LanguageExt;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>Combines validations.</summary>
internal static class Validations
{
    /// <summary>The values of all items, or the errors of all items that have some.</summary>
    public static Validation<SpecError, Sequence<T>> All<T>(IEnumerable<Validation<SpecError, T>> items)
    {
        var values = new List<T>();
        var errors = new List<SpecError>();
        foreach (var item in items)
        {
            item.Match(Succ: values.Add, Fail: failures => errors.AddRange(failures));
        }

        return Unless(errors, values.ToSequence());
    }

    /// <summary>The value if there are no errors; otherwise the errors, in the order of the file.</summary>
    public static Validation<SpecError, T> Unless<T>(IEnumerable<SpecError> errors, T value)
    {
        var ordered = new Seq<SpecError>(Enumerable.OrderBy(errors.Distinct(), static error => error.Span.Start).ToList());
        return ordered.IsEmpty ? value : ordered;
    }
}
