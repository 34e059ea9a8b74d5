using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>What a front end read from a text: a tree, and the errors of the parts that could not be read.</summary>
/// <param name="Root">The tree; a <see cref="SpecNode.Unread"/> stands for each part that could not be read.</param>
/// <param name="Errors">The errors of those parts.</param>
public sealed record ParsedSpec(SpecNode Root, Sequence<SpecError> Errors);
