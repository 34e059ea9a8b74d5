using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>What a front end made of a text: the tree as far as it could be read, and what is wrong with the rest.</summary>
/// <param name="Root">The tree; a <see cref="SpecNode.Unread"/> stands for each part that could not be read.</param>
/// <param name="Errors">What is wrong with those parts.</param>
public sealed record ParsedSpec(SpecNode Root, Sequence<SpecError> Errors);
