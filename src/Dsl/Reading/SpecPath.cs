using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>Looks up values of a spec by their dotted keys.</summary>
public static class SpecPath
{
    /// <summary>A value as YAML writes it, given or default; <c>none</c> if it, or a record that contains it, is left out.</summary>
    /// <exception cref="ArgumentException">A spec has no such key.</exception>
    public static string Text(Spec spec, string path)
    {
        object? value = spec;
        foreach (var key in path.Split('.'))
        {
            if (value is null)
            {
                return "none";
            }

            var field =
                RecordShape.Of(value.GetType()).Find(key) ?? throw new ArgumentException($"A spec has no key '{path}'.", nameof(path));
            value = field.Property.GetValue(value);
        }

        return value is null ? "none" : SpecWriter.Scalar(value);
    }
}
