using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>The experiments that one file declares, decided.</summary>
/// <param name="Name">The file's name; that of its experiment where it declares one.</param>
/// <param name="Plans">One plan for each experiment.</param>
public sealed record SweepPlan(string Name, Sequence<Plan> Plans)
{
    /// <summary>The name as a C# identifier.</summary>
    public string Identifier => Plan.IdentifierOf(Name);

    public static SweepPlan Of(string name, IEnumerable<Spec> specs) => new(name, specs.Select(Plan.Of).ToSequence());
}
