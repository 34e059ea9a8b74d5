using System.Reflection;
using System.Runtime.CompilerServices;

namespace SimClrDsl.EndToEnd.Tests.Architecture;

/// <summary>Types as C# names and declares them.</summary>
internal static class ApiTypes
{
    private static readonly IReadOnlyDictionary<Type, string> Keywords = new Dictionary<Type, string>
    {
        [typeof(void)] = "void",
        [typeof(object)] = "object",
        [typeof(string)] = "string",
        [typeof(bool)] = "bool",
        [typeof(char)] = "char",
        [typeof(byte)] = "byte",
        [typeof(sbyte)] = "sbyte",
        [typeof(short)] = "short",
        [typeof(ushort)] = "ushort",
        [typeof(int)] = "int",
        [typeof(uint)] = "uint",
        [typeof(long)] = "long",
        [typeof(ulong)] = "ulong",
        [typeof(float)] = "float",
        [typeof(double)] = "double",
        [typeof(decimal)] = "decimal",
        [typeof(nint)] = "nint",
        [typeof(nuint)] = "nuint",
    };

    /// <summary>A type's own name, without what it is generic over.</summary>
    public static string Plain(Type type) => type.Name.Split('`')[0];

    /// <summary>The name within its namespace, with the types around it and what it is generic over.</summary>
    public static string Qualified(Type type) => (type.DeclaringType is { } outer ? $"{Qualified(outer)}." : "") + Declared(type);

    /// <summary>The type of a parameter or result.</summary>
    public static string Name(ParameterInfo parameter) =>
        Name(parameter.ParameterType, new NullabilityInfoContext().Create(parameter), TupleNames(parameter));

    /// <summary>The type of a property.</summary>
    public static string Name(PropertyInfo property) =>
        Name(property.PropertyType, new NullabilityInfoContext().Create(property), TupleNames(property));

    /// <summary>The type of a field.</summary>
    public static string Name(FieldInfo field) => Name(field.FieldType, new NullabilityInfoContext().Create(field), TupleNames(field));

    /// <summary>The type of an event.</summary>
    public static string Name(EventInfo raised) => Name(raised.EventHandlerType!, nullability: null, TupleNames(raised));

    /// <summary>What a type is, its name, and what it is made from.</summary>
    public static string Declaration(Type type)
    {
        if (type.IsEnum)
        {
            return $"enum {Plain(type)}";
        }

        var generic = Own(type);
        if (typeof(Delegate).IsAssignableFrom(type))
        {
            var invoke = type.GetMethod("Invoke")!;
            return $"delegate {Name(invoke.ReturnParameter)} {Declared(type)}({ApiMembers.Parameters(invoke)}){Constraints(generic)}";
        }

        var parent = type.BaseType is { } known && known != typeof(object) && known != typeof(ValueType) ? [known] : Array.Empty<Type>();
        var inherited = (type.BaseType?.GetInterfaces() ?? []).Concat(type.GetInterfaces().SelectMany(static one => one.GetInterfaces()));
        var bases = parent
            .Concat(type.GetInterfaces().Except(inherited).Where(static one => one.IsVisible).Where(one => !IsAdded(type, one)))
            .Select(static one => Name(one, nullability: null, []))
            .ToList();
        // The base class first; interfaces have no order of their own.
        var sorted = bases.Take(parent.Length).Concat(bases.Skip(parent.Length).Order(StringComparer.Ordinal)).ToList();
        return $"{Kind(type)} {Declared(type)}{(sorted.Count == 0 ? "" : $" : {string.Join(", ", sorted)}")}{Constraints(generic)}";
    }

    /// <summary>What generic arguments must be: "" or " where T : …".</summary>
    public static string Constraints(IEnumerable<Type> generic) =>
        string.Concat(
            generic
                .Select(static argument => (argument.Name, Bounds: string.Join(", ", Bounds(argument))))
                .Where(static argument => argument.Bounds.Length > 0)
                .Select(static argument => $" where {argument.Name} : {argument.Bounds}")
        );

    private static IEnumerable<string> Bounds(Type argument)
    {
        var kind = argument.GenericParameterAttributes;
        var isStruct = kind.HasFlag(GenericParameterAttributes.NotNullableValueTypeConstraint);
        if (isStruct)
        {
            yield return "struct";
        }

        if (kind.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint))
        {
            yield return "class";
        }

        foreach (var bound in argument.GetGenericParameterConstraints().Where(static bound => bound != typeof(ValueType)))
        {
            yield return Name(bound, nullability: null, []);
        }

        if (kind.HasFlag(GenericParameterAttributes.DefaultConstructorConstraint) && !isStruct)
        {
            yield return "new()";
        }
    }

    private static string Kind(Type type)
    {
        if (type.IsInterface)
        {
            return "interface";
        }

        if (type.IsValueType)
        {
            var isReadOnly = type.IsDefined(typeof(IsReadOnlyAttribute)) ? "readonly " : "";
            var isRef = type.IsByRefLike ? "ref " : "";
            return $"{isReadOnly}{isRef}{(IsRecord(type) ? "record struct" : "struct")}";
        }

        var word = IsRecord(type) ? "record" : "class";
        return (type.IsAbstract, type.IsSealed) switch
        {
            (true, true) => $"static {word}",
            (true, false) => $"abstract {word}",
            (false, true) => $"sealed {word}",
            _ => word,
        };
    }

    private static bool IsRecord(Type type) =>
        type.GetMethod("PrintMembers", BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.DeclaredOnly) is { } print
        && print.IsDefined(typeof(CompilerGeneratedAttribute));

    // What a record is for being one.
    private static bool IsAdded(Type type, Type from) =>
        IsRecord(type)
        && from.IsGenericType
        && from.GetGenericTypeDefinition() == typeof(IEquatable<>)
        && from.GetGenericArguments()[0] == type;

    private static string Declared(Type type)
    {
        var own = Own(type);
        return own.Count == 0 ? Plain(type) : $"{Plain(type)}<{string.Join(", ", own.Select(static argument => argument.Name))}>";
    }

    // A nested type repeats the generic arguments of the types around it.
    private static List<Type> Own(Type type) =>
        [.. type.GetGenericArguments().Skip(type.DeclaringType is { IsGenericType: true } outer ? outer.GetGenericArguments().Length : 0)];

    private static Queue<string?> TupleNames(ICustomAttributeProvider member) =>
        new(
            member.GetCustomAttributes(typeof(TupleElementNamesAttribute), inherit: false).FirstOrDefault()
                is TupleElementNamesAttribute names
                ? names.TransformNames
                : []
        );

    private static string Name(Type type, NullabilityInfo? nullability, IEnumerable<string?> names) =>
        Name(type, nullability, new Queue<string?>(names));

    // Names of tuple elements come in the order in which tuples are written, those of an outer one before those of its parts.
    private static string Name(Type type, NullabilityInfo? nullability, Queue<string?> names)
    {
        if (type.IsByRef)
        {
            return Name(type.GetElementType()!, nullability, names);
        }

        var mark = nullability?.ReadState == NullabilityState.Nullable && IsNeverNullByItself(type) ? "?" : "";
        if (type.IsArray)
        {
            return $"{Name(type.GetElementType()!, nullability?.ElementType, names)}[{new string(',', type.GetArrayRank() - 1)}]{mark}";
        }

        if (type.IsPointer)
        {
            return $"{Name(type.GetElementType()!, nullability: null, names)}*";
        }

        if (type.IsGenericParameter || !type.IsGenericType)
        {
            return (Keywords.TryGetValue(type, out var keyword) ? keyword : Outer(type) + type.Name) + mark;
        }

        if (Nullable.GetUnderlyingType(type) is { } value)
        {
            return $"{Name(value, Of(nullability, 0), names)}?";
        }

        var arguments = type.GetGenericArguments();
        if (type.Namespace == "System" && type.Name.StartsWith("ValueTuple`", StringComparison.Ordinal))
        {
            var elements = arguments.Select(_ => names.TryDequeue(out var name) ? name : null).ToList();
            var parts = arguments.Select((part, i) => Name(part, Of(nullability, i), names) + (elements[i] is { } name ? $" {name}" : ""));
            return $"({string.Join(", ", parts)})";
        }

        var before = type.DeclaringType is { IsGenericType: true } outer ? outer.GetGenericArguments().Length : 0;
        var texts = arguments.Select((part, i) => Name(part, Of(nullability, i), names)).ToList();
        var around =
            before == 0
                ? Outer(type)
                : $"{Outer(type.DeclaringType!)}{Plain(type.DeclaringType!)}<{string.Join(", ", texts.Take(before))}>.";
        return texts.Count == before
            ? $"{around}{Plain(type)}{mark}"
            : $"{around}{Plain(type)}<{string.Join(", ", texts.Skip(before))}>{mark}";
    }

    // Of what may be anything, reflection says that it may be null.
    private static bool IsNeverNullByItself(Type type) =>
        type.IsGenericParameter
            ? type.GenericParameterAttributes.HasFlag(GenericParameterAttributes.ReferenceTypeConstraint)
            : !type.IsValueType;

    private static string Outer(Type type) =>
        type is { IsNested: true, IsGenericParameter: false } ? $"{Qualified(type.DeclaringType!)}." : "";

    // Of a nullable value the information has no arguments of its own, or one.
    private static NullabilityInfo? Of(NullabilityInfo? nullability, int argument) =>
        nullability is not null && argument < nullability.GenericTypeArguments.Length ? nullability.GenericTypeArguments[argument] : null;
}
