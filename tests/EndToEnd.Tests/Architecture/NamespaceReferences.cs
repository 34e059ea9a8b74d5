using System.Reflection;

namespace SimClrDsl.EndToEnd.Tests.Architecture;

/// <summary>One namespace of an assembly uses another one of it.</summary>
/// <param name="From">The namespace that knows the other one.</param>
/// <param name="To">The namespace that is known.</param>
/// <param name="Example">One place where it shows: the member, and the type that it uses.</param>
internal sealed record NamespaceReference(string From, string To, string Example);

/// <summary>
/// Which namespaces of an assembly know each other, read off its types: base types, interfaces, attributes, signatures, and the
/// instructions of every method. A constant leaves no trace there, since the compiler puts its value in its place.
/// </summary>
internal static class NamespaceReferences
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Every pair of namespaces, each with one example.</summary>
    public static IReadOnlyList<NamespaceReference> Of(Assembly assembly) =>
        [
            .. assembly
                .GetTypes()
                // The compiler puts types of its own into System's namespaces.
                .Where(static type => type.Namespace is { } space && !space.StartsWith("System", StringComparison.Ordinal))
                .SelectMany(type => Used(type).Select(use => (Type: type, use.By, use.Used)))
                .SelectMany(static use => Parts(use.Used).Select(part => (use.Type, use.By, Used: part)))
                .Where(use =>
                    use.Used.Assembly == assembly
                    && use.Used.Namespace is { } space
                    && !space.StartsWith("System", StringComparison.Ordinal)
                    && use.Used.Namespace != use.Type.Namespace
                )
                .DistinctBy(static use => (use.Type.Namespace, use.Used.Namespace))
                .Select(static use => new NamespaceReference(
                    use.Type.Namespace!,
                    use.Used.Namespace!,
                    $"{Outermost(use.Type).Name}{(use.By is null ? "" : $".{use.By}")} uses {use.Used.Name}"
                )),
        ];

    private static Type Outermost(Type type) => type.DeclaringType is { } outer ? Outermost(outer) : type;

    private static IEnumerable<(string? By, Type Used)> Used(Type type)
    {
        IEnumerable<Type> own =
        [
            .. type.BaseType is { } parent ? [parent] : Array.Empty<Type>(),
            .. type.GetInterfaces(),
            .. type.CustomAttributes.Select(static attribute => attribute.AttributeType),
            .. type.IsGenericTypeDefinition
                ? type.GetGenericArguments().SelectMany(static argument => argument.GetGenericParameterConstraints())
                : [],
        ];
        return own.Select(static used => ((string?)null, used))
            .Concat(type.GetFields(Declared).Select(static field => ((string?)field.Name, field.FieldType)))
            .Concat(
                type.GetMethods(Declared)
                    .Cast<MethodBase>()
                    .Concat(type.GetConstructors(Declared))
                    .SelectMany(static method => InMethod(method).Select(used => ((string?)method.Name, used)))
            );
    }

    private static IEnumerable<Type> InMethod(MethodBase method) =>
        [
            .. method.GetParameters().Select(static parameter => parameter.ParameterType),
            .. method is MethodInfo { ReturnType: var result } ? [result] : Array.Empty<Type>(),
            .. method.IsGenericMethodDefinition
                ? method.GetGenericArguments().SelectMany(static argument => argument.GetGenericParameterConstraints())
                : [],
            .. method.CustomAttributes.Select(static attribute => attribute.AttributeType),
            .. method.GetMethodBody() is { } body
                ? body
                    .LocalVariables.Select(static variable => variable.LocalType)
                    .Concat(Instruction.Of(method).Select(static one => one.Member).OfType<MemberInfo>().SelectMany(OfMember))
                : [],
        ];

    private static IEnumerable<Type> OfMember(MemberInfo member) =>
        member switch
        {
            Type type => [type],
            MethodInfo { IsGenericMethod: true } method => method.GetGenericArguments().Append(method.DeclaringType!),
            _ => member.DeclaringType is { } type ? [type] : [],
        };

    // A generic type with its arguments, an array with its elements.
    private static IEnumerable<Type> Parts(Type type) =>
        type.HasElementType ? Parts(type.GetElementType()!)
        : type.IsGenericParameter ? []
        : type.IsGenericType ? type.GetGenericArguments().SelectMany(Parts).Append(type)
        : [type];
}
