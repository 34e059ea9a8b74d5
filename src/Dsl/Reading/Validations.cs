using LanguageExt;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>Validations of spec errors, taken together.</summary>
internal static class Validations
{
    /// <summary>All the values, or all the errors of all of them.</summary>
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

    /// <summary>The value, unless there are errors; errors come in the order of the file.</summary>
    public static Validation<SpecError, T> Unless<T>(IEnumerable<SpecError> errors, T value)
    {
        var ordered = new Seq<SpecError>(Enumerable.OrderBy(errors.Distinct(), static error => error.Span.Start).ToList());
        return ordered.IsEmpty ? value : ordered;
    }
}
