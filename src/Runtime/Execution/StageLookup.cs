using LanguageExt;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Execution;

/// <summary>Looks up the stages of an experiment that a person asks for by name.</summary>
internal static class StageLookup
{
    /// <summary>The one stage that is asked for, or all where none is.</summary>
    /// <param name="owner">Whose stages they are, for the message: <c>'resnet50'</c>.</param>
    /// <param name="stages">Names of the stages that can be asked for, in the order in which they run.</param>
    /// <param name="asked">Name of the one stage; null for all.</param>
    /// <param name="what">What these stages do, for the message: <c>that classifies</c>; left out, they are all stages.</param>
    /// <returns>At least one name, in the same order; or that there is no such stage.</returns>
    public static Either<InputError, IReadOnlyList<string>> Named(
        string owner,
        IReadOnlyList<string> stages,
        string? asked,
        string? what = null
    )
    {
        IReadOnlyList<string> found = asked is null ? stages : [.. stages.Where(stage => stage == asked)];
        if (found.Count > 0)
        {
            return Prelude.Right(found);
        }

        string?[] sought = [owner, "has no stage", asked is null ? null : $"'{asked}'", what];
        var has = stages.Count == 0 ? "it has none" : $"it has {string.Join(", ", stages)}";
        return new InputError($"{string.Join(' ', sought.Where(static word => word is not null))}: {has}.");
    }
}
