using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>A part of a module: a layer, a block or a chain of blocks.</summary>
/// <param name="Name">Property name: <c>First</c>.</param>
/// <param name="Params">Type of its parameters: <c>ConvBn.Params</c>.</param>
/// <param name="State">Type of its statistics, or null where it has none.</param>
/// <param name="Init">Expression that initialises it.</param>
/// <param name="Start">Expression for its statistics before the first batch.</param>
internal sealed record Member(string Name, string Params, string? State, string Init, string Start)
{
    /// <summary>The statistics a forward pass returns: <c>firstNext</c>.</summary>
    public string Next => Names.Camel(Name) + "Next";
}

/// <summary>A static class to be emitted: what it holds, how it starts, what it does.</summary>
/// <param name="Name">Class name.</param>
/// <param name="Summary">One sentence for people.</param>
/// <param name="Input">Comment on the input's shape.</param>
/// <param name="Members">Its parts, in order.</param>
/// <param name="Forward">Lines of the forward function before its return.</param>
/// <param name="Result">Expression of the output.</param>
internal sealed record Module(string Name, string Summary, string Input, Sequence<Member> Members, Sequence<string> Forward, string Result)
{
    /// <summary>What the module gives at inference, for those that are used frozen.</summary>
    public string? Inferred { get; init; }

    public IReadOnlyList<Member> Stateful => [.. Members.Where(static member => member.State is not null)];
}
