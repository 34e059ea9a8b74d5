using System.Collections.Concurrent;
using System.Globalization;
using System.Reflection;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>The kind of value that a field of a spec takes.</summary>
public enum ValueKind
{
    /// <summary>Any text that is not empty.</summary>
    Text,

    /// <summary>A whole number of 32 bits.</summary>
    Whole,

    /// <summary>A finite number.</summary>
    Number,

    /// <summary><c>true</c> or <c>false</c>.</summary>
    Flag,

    /// <summary>One of the words of an enum.</summary>
    Choice,

    /// <summary>A count, or a share in percent: <see cref="Specs.Amount"/>.</summary>
    Amount,

    /// <summary>A list of two numbers, the smaller first: <see cref="Specs.Interval"/>.</summary>
    Interval,

    /// <summary>A list of numbers.</summary>
    Numbers,

    /// <summary>A list of words.</summary>
    Words,

    /// <summary>A map of keys to reasons, see <see cref="OwnChoice"/>.</summary>
    Reasons,

    /// <summary>A map with the keys of another spec record.</summary>
    Record,
}

/// <summary>One field of a spec record, as readers and writers of specs use it.</summary>
/// <param name="Key">The field's key in YAML.</param>
/// <param name="Property">The property of the record.</param>
/// <param name="Field">The property's attribute: the field's meaning and range.</param>
/// <param name="Type">Type of the property, without <c>?</c>.</param>
/// <param name="Kind">The kind of value that the field takes.</param>
/// <param name="Nullable">Whether the value may be <c>none</c>.</param>
/// <param name="Required">Whether the field must be given, because it has no default.</param>
/// <param name="Default">The value of a field that is left out; null for <c>none</c>, and for a required field.</param>
public sealed record FieldShape(
    string Key,
    PropertyInfo Property,
    FieldAttribute Field,
    Type Type,
    ValueKind Kind,
    bool Nullable,
    bool Required,
    object? Default
);

/// <summary>
/// The fields of a spec record, in the order in which they are declared. They are read from the record by reflection, once for each type,
/// so that the records are the only description of a spec.
/// </summary>
public sealed class RecordShape
{
    private static readonly ConcurrentDictionary<Type, RecordShape> Known = new();

    private RecordShape(Type type)
    {
        Type = type;
        var defaults = Activator.CreateInstance(type);
        Fields = type.GetProperties(BindingFlags.Public | BindingFlags.Instance)
            .Where(static property => property.GetCustomAttribute<FieldAttribute>() is not null)
            .OrderBy(static property => property.MetadataToken)
            .Select(property => Shape(property, defaults))
            .ToSequence();
    }

    /// <summary>Type of the record.</summary>
    public Type Type { get; }

    /// <summary>The fields, in the order in which they are declared.</summary>
    public Sequence<FieldShape> Fields { get; }

    /// <summary>The keys of the fields, in the order in which they are declared.</summary>
    public IReadOnlyList<string> Keys => Fields.Select(static shape => shape.Key).ToArray();

    /// <summary>Every record within a spec, with its dotted key; that of the spec itself is empty.</summary>
    public static IReadOnlyList<(string Path, RecordShape Shape)> Everywhere => All.Value;

    /// <summary>Every record within the report of a file, with its dotted key, which starts with <c>report</c>.</summary>
    public static IReadOnlyList<(string Path, RecordShape Shape)> OfReports => Reports.Value;

    private static readonly Lazy<IReadOnlyList<(string Path, RecordShape Shape)>> All = new(static () =>
        Within("", Of(typeof(Spec))).ToArray()
    );

    private static readonly Lazy<IReadOnlyList<(string Path, RecordShape Shape)>> Reports = new(static () =>
        Within("report", Of(typeof(ReportSpec))).ToArray()
    );

    /// <summary>The shape of a type of record.</summary>
    public static RecordShape Of(Type type) => Known.GetOrAdd(type, static type => new RecordShape(type));

    /// <summary>The field with a key; null where the record has none.</summary>
    public FieldShape? Find(string key) => Fields.FirstOrDefault(field => field.Key == key);

    /// <summary>A new record with these values, and with defaults in its other fields.</summary>
    public object Build(IEnumerable<(FieldShape Field, object? Value)> values)
    {
        var built = Activator.CreateInstance(Type)!;
        foreach (var (field, value) in values)
        {
            field.Property.SetValue(built, value);
        }

        return built;
    }

    /// <summary>The words of an enum, as YAML writes them.</summary>
    public static IReadOnlyList<string> Choices(Type choice) => Enum.GetNames(choice).Select(KebabCase).ToArray();

    /// <summary><c>SelectiveKernel</c> → <c>selective_kernel</c>: the key of a property.</summary>
    public static string SnakeCase(string name) => Separated(name, "_");

    /// <summary><c>FashionMnist</c> → <c>fashion-mnist</c>: the word of a choice.</summary>
    public static string KebabCase(string name) => Separated(name, "-");

    private static IEnumerable<(string Path, RecordShape Shape)> Within(string path, RecordShape shape) =>
        shape
            .Fields.Where(static inner => inner.Kind == ValueKind.Record)
            .SelectMany(inner => Within(Located.Join(path, inner.Key), Of(inner.Type)))
            .Prepend((path, shape));

    private static string Separated(string name, string separator) =>
        string.Concat(
            name.Select(
                (letter, index) =>
                    (index > 0 && char.IsUpper(letter) ? separator : "")
                    + char.ToLowerInvariant(letter).ToString(CultureInfo.InvariantCulture)
            )
        );

    private static FieldShape Shape(PropertyInfo property, object? defaults)
    {
        var field = property.GetCustomAttribute<FieldAttribute>()!;
        var unwrapped = System.Nullable.GetUnderlyingType(property.PropertyType);
        var type = unwrapped ?? property.PropertyType;
        return new(
            field.Key ?? SnakeCase(property.Name),
            property,
            field,
            type,
            KindOf(type),
            Nullable: unwrapped is not null || IsNullableReference(property),
            Required: Has(property, "RequiredMemberAttribute"),
            Default: property.GetValue(defaults)
        );
    }

    private static ValueKind KindOf(Type type) =>
        type == typeof(string) ? ValueKind.Text
        : type == typeof(int) ? ValueKind.Whole
        : type == typeof(double) ? ValueKind.Number
        : type == typeof(bool) ? ValueKind.Flag
        : type.IsEnum ? ValueKind.Choice
        : type == typeof(Amount) ? ValueKind.Amount
        : type == typeof(Interval) ? ValueKind.Interval
        : type == typeof(Sequence<double>) ? ValueKind.Numbers
        : type == typeof(Sequence<string>) ? ValueKind.Words
        : type == typeof(Sequence<OwnChoice>) ? ValueKind.Reasons
        : type.IsClass ? ValueKind.Record
        : throw new NotSupportedException($"A spec field cannot be of type {type.Name}.");

    // The attributes that the compiler adds are found by name, because netstandard2.0 has neither their types nor NullabilityInfoContext.
    private static bool Has(MemberInfo member, string attribute) => Find(member, attribute) is not null;

    private static bool IsNullableReference(PropertyInfo property)
    {
        const byte Annotated = 2;
        var note = Find(property, "NullableAttribute") ?? Find(property.DeclaringType!, "NullableContextAttribute");
        return !property.PropertyType.IsValueType
            && note?.ConstructorArguments[0].Value switch
            {
                byte only => only == Annotated,
                IReadOnlyList<CustomAttributeTypedArgument> flags => flags[0].Value is Annotated,
                _ => false,
            };
    }

    private static CustomAttributeData? Find(MemberInfo member, string attribute) =>
        member.GetCustomAttributesData().FirstOrDefault(data => data.AttributeType.Name == attribute);
}
