using LanguageExt;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>The choices of a spec that are not the paper's: <c>ours</c>, keys with reasons.</summary>
public static class OwnChoices
{
    private const string Key = "ours";

    /// <summary>
    /// Those that an experiment has, as lines for people: the key, its value where it has one, and the reason. A choice about something
    /// that this experiment of a sweep does not have is not among them.
    /// </summary>
    public static IEnumerable<string> Of(Spec spec) =>
        spec.Ours.Where(choice => Has(spec, choice.Key)).Select(choice => Line(spec, choice));

    /// <summary>The keys must be those of an experiment, and have reasons.</summary>
    internal static IEnumerable<Violation> Check(Spec spec) =>
        spec.Ours.SelectMany(choice =>
            !IsKey(choice.Key) ? [SpecErrors.UnknownChoice.Broken($"{Key}", choice.Key, Nearest.Advice(choice.Key, Keys.Value))]
            : choice.Reason.Length == 0 ? [SpecErrors.MissingKey.Broken($"{Key}", choice.Key, "the reason for it")]
            : Enumerable.Empty<Violation>()
        );

    /// <summary>A map of keys to reasons, or a list of texts that each hold both.</summary>
    internal static Validation<SpecError, Bound> Bind(Located at) =>
        at.Node switch
        {
            SpecNode.Map map when map.Entries.All(static entry => entry.Value is SpecNode.Scalar { IsEmpty: false }) => new Bound(
                map.Entries.Select(static entry => new OwnChoice(entry.Key, ((SpecNode.Scalar)entry.Value).Text)).ToSequence()
            ),
            SpecNode.List list when list.Items.All(static item => item is SpecNode.Scalar { IsEmpty: false }) => new Bound(
                list.Items.Select(static item => (OwnChoice)((SpecNode.Scalar)item).Text).ToSequence()
            ),
            SpecNode.Scalar { IsEmpty: true } => new Bound((Sequence<OwnChoice>)[]),
            _ => Values.WrongType(ValueKind.Reasons, at),
        };

    private static Lazy<IReadOnlyList<string>> Keys { get; } =
        new(static () =>
            [.. RecordShape.Everywhere.SelectMany(static place => place.Shape.Fields.Select(field => Located.Join(place.Path, field.Key)))]
        );

    private static bool IsKey(string key) => Keys.Value.Contains(Path(key)) && Path(key) != Key;

    private static string Path(string key) => key.Split('=')[0].Trim();

    private static string Line(Spec spec, OwnChoice choice)
    {
        var path = Path(choice.Key);
        return IsRecord(path) ? $"{path}: {choice.Reason}" : $"{path} {SpecPath.Text(spec, path)}: {choice.Reason}";
    }

    private static bool IsRecord(string path) => RecordShape.Everywhere.Any(place => place.Path == path);

    // A setting of a stage that is left out is not one of this experiment, nor is another value than the one that is meant.
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
