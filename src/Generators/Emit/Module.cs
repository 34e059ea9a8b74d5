using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>A part of a module: a layer, a block or a chain of blocks.</summary>
/// <param name="Name">Property name: <c>First</c>.</param>
/// <param name="Params">Type of its parameters: <c>ConvBn.Params</c>.</param>
/// <param name="State">Type of its running statistics; null where it has none.</param>
/// <param name="Init">Expression that initialises it.</param>
/// <param name="Start">Expression of its running statistics before the first batch.</param>
internal sealed record Member(string Name, string Params, string? State, string Init, string Start)
{
    /// <summary>Variable of the statistics after a forward pass: <c>firstNext</c>.</summary>
    public string Next => Names.Camel(Name) + "Next";
}

/// <summary>A network or a part of one, which is emitted as a static class with parameters, initialisation and forward function.</summary>
/// <param name="Name">Class name.</param>
/// <param name="Summary">Summary of the class, one sentence.</param>
/// <param name="Input">Comment with the input's shape.</param>
/// <param name="Members">The parts, in order.</param>
/// <param name="Forward">Lines of the forward function before its return.</param>
/// <param name="Result">Expression of the output.</param>
internal sealed record Module(string Name, string Summary, string Input, Sequence<Member> Members, Sequence<string> Forward, string Result)
{
    /// <summary>Summary of the class's inference function; null for a module without one.</summary>
    public string? InferSummary { get; init; }

    /// <summary>Class of the encoder that the network is built on; null for an encoder itself and for a module without inference.</summary>
    public string? Encoder { get; init; }

    /// <summary>Whether it is a stem or a residual block, whose input and output are activations of layers.</summary>
    public bool IsBlock { get; init; }

    /// <summary>The parts that have running statistics.</summary>
    public IReadOnlyList<Member> Stateful => [.. Members.Where(static member => member.State is not null)];
}
