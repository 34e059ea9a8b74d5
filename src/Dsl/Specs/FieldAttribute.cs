namespace SimClrDsl.Specs;

/// <summary>
/// What a spec field means and which values it takes. YAML binding, range checks, the JSON schema and the reference page
/// are all read from here and from the property's type and default.
/// </summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FieldAttribute(string description) : Attribute
{
    /// <summary>One sentence, with the paper's section where the number comes from one.</summary>
    public string Description { get; } = description;

    /// <summary>The YAML key, where it is not the property's name in snake_case.</summary>
    public string? Key { get; set; }

    /// <summary>Smallest value allowed.</summary>
    public double Min { get; set; } = double.NegativeInfinity;

    /// <summary>Largest value allowed.</summary>
    public double Max { get; set; } = double.PositiveInfinity;

    /// <summary>The value must be larger than <see cref="Min"/>, not equal to it.</summary>
    public bool AboveMin { get; set; }

    /// <summary>The value must be smaller than <see cref="Max"/>, not equal to it.</summary>
    public bool BelowMax { get; set; }

    /// <summary>The only values allowed, where they are few numbers.</summary>
    public int[] OneOf { get; set; } = [];
}

/// <summary>Marks the property, of type <see cref="Spec"/>, that declares an experiment in C#.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ExperimentAttribute : Attribute;
