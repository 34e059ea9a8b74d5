namespace SimClrDsl.Specs;

/// <summary>
/// What a field of a spec means and which values it may have. YAML binding, range checks, the JSON schema and the reference page are all
/// made from this attribute and from the property's type and default. A test keeps the property's XML summary equal to the description.
/// </summary>
/// <param name="description">The meaning of the field, in whole sentences.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FieldAttribute(string description) : Attribute
{
    /// <summary>What the field means, in whole sentences, with the paper's section where the default comes from one.</summary>
    public string Description { get; } = description;

    /// <summary>The YAML key; null where it is the property's name in snake_case.</summary>
    public string? Key { get; set; }

    /// <summary>Smallest value allowed; by default there is no limit.</summary>
    public double Min { get; set; } = double.NegativeInfinity;

    /// <summary>Largest value allowed; by default there is no limit.</summary>
    public double Max { get; set; } = double.PositiveInfinity;

    /// <summary>Whether the value must be larger than <see cref="Min"/>, not equal to it.</summary>
    public bool AboveMin { get; set; }

    /// <summary>Whether the value must be smaller than <see cref="Max"/>, not equal to it.</summary>
    public bool BelowMax { get; set; }

    /// <summary>The only values allowed; empty where <see cref="Min"/> and <see cref="Max"/> say which are.</summary>
    public int[] OneOf { get; set; } = [];
}

/// <summary>Marks the property, of type <see cref="Spec"/>, that declares an experiment in C#.</summary>
[AttributeUsage(AttributeTargets.Property)]
public sealed class ExperimentAttribute : Attribute;
