using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>The plans of all experiments that one file declares.</summary>
/// <param name="Name">The name that the file declares: that of the sweep, or of its only experiment.</param>
/// <param name="Plans">One plan for each experiment.</param>
public sealed record SweepPlan(string Name, Sequence<Plan> Plans)
{
    /// <summary>The name as a C# identifier.</summary>
    public string Identifier => Plan.IdentifierOf(Name);

    /// <summary>Plans every experiment of a sweep; the specs must have passed the rules.</summary>
    public static SweepPlan Of(string name, IEnumerable<Spec> specs) => new(name, specs.Select(Plan.Of).ToSequence());
}
