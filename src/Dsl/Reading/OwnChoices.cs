using LanguageExt;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>The settings of a spec that are not the paper's, which <c>ours</c> lists with reasons.</summary>
public static class OwnChoices
{
    /// <summary>The key of the list of choices.</summary>
    internal const string Key = "ours";

    /// <summary>
    /// The choices that apply to an experiment, as lines to be shown: the key, its value where it is not a record, and the reason. A choice
    /// about a setting that this experiment of a sweep does not have is left out.
    /// </summary>
    public static IEnumerable<string> Of(Spec spec) =>
        spec.Ours.Where(choice => Has(spec, choice.Key)).Select(choice => Line(spec, choice));

    /// <summary>Checks that every key is one of an experiment, and has a reason.</summary>
    internal static IEnumerable<Violation> Check(Spec spec) =>
        spec.Ours.SelectMany(choice =>
            !IsKey(choice.Key) ? [SpecErrors.UnknownChoice.Broken(Key, choice.Key, Keys.AdviceOfPath(Path(choice.Key)))]
            : choice.Reason.Length == 0 ? [SpecErrors.MissingKey.Broken($"{Key}", choice.Key, "the reason for it")]
            : Enumerable.Empty<Violation>()
        );

    /// <summary>Binds a map of keys to reasons, or a list of texts with a key and a reason each.</summary>
    internal static Validation<SpecError, BoundValue> Bind(Located at) =>
        at.Node switch
        {
            SpecNode.Map map when map.Entries.All(static entry => entry.Value is SpecNode.Scalar { IsEmpty: false }) => new BoundValue(
                map.Entries.Select(static entry => new OwnChoice(entry.Key, ((SpecNode.Scalar)entry.Value).Text)).ToSequence()
            ),
            SpecNode.List list when list.Items.All(static item => item is SpecNode.Scalar { IsEmpty: false }) => new BoundValue(
                list.Items.Select(static item => (OwnChoice)((SpecNode.Scalar)item).Text).ToSequence()
            ),
            SpecNode.Scalar { IsEmpty: true } => new BoundValue((Sequence<OwnChoice>)[]),
            _ => Values.WrongType(ValueKind.Reasons, at),
        };

    private static bool IsKey(string key) => Path(key) != Key && Keys.Field(Path(key)) is not null;

    private static string Path(string key) => key.Split('=')[0].Trim();

    private static string Line(Spec spec, OwnChoice choice)
    {
        var path = Path(choice.Key);
        return IsRecord(path) ? $"{path}: {choice.Reason}" : $"{path} {SpecPath.Text(spec, path)}: {choice.Reason}";
    }

    private static bool IsRecord(string path) => RecordShape.Everywhere.Any(place => place.Path == path);

    // A choice does not apply if its stage is left out, or if it is about another value of the setting (KEY=VALUE).
    private static bool Has(Spec spec, string key)
    {
        var path = Path(key);
        object? value = spec;
        foreach (var part in path.Split('.'))
        {
            value = value is null ? null : RecordShape.Of(value.GetType()).Find(part)?.Property.GetValue(value);
        }

        return value is not null
            && (path.Length == key.Length || IsRecord(path) || SpecPath.Text(spec, path) == key.Substring(key.IndexOf('=') + 1).Trim());
    }
}
