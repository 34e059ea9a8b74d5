namespace SimClrDsl.Generators.Emit;

/// <summary>Prints the mechanical half of modules: how their records are walked, and their statistics before the first batch.</summary>
internal static class TreeEmitter
{
    public static void Emit(CodeWriter writer, Module module)
    {
        writer.Blank();
        using (writer.Block($"public static partial class {module.Name}"))
        {
            EmitRecord(writer, "Params", module.Members.ToArray());
            writer.Blank();
            EmitRecord(writer, "State", module.Stateful);
            writer.Blank();
            writer.Arrow("public static State Start(Params p)", "new(", [.. module.Stateful.Select(static member => member.Start)]);
        }
    }

    private static void EmitRecord(CodeWriter writer, string name, IReadOnlyList<Member> members)
    {
        using (writer.Block($"public sealed partial record {name} : ITree<{name}>"))
        {
            writer.Arrow(
                $"public {name} Map(LeafPath path, LeafMap map)",
                "new(",
                [.. members.Select(static member => $"{member.Name}.Map(path / \"{Names.Snake(member.Name)}\", map)")]
            );
        }
    }
}
