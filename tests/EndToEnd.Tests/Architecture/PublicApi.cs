using System.Reflection;
using System.Runtime.CompilerServices;

namespace SimClrDsl.EndToEnd.Tests.Architecture;

/// <summary>
/// What an assembly lets others see, one line a type or member: the type's name, and the declaration as C# would have it.
/// </summary>
internal static class PublicApi
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>The lines of every public type, sorted.</summary>
    public static IReadOnlyList<string> Of(Assembly assembly) =>
        [.. assembly.GetExportedTypes().Where(IsWritten).SelectMany(Of).Distinct().Order(StringComparer.Ordinal)];

    /// <summary>The lines of one type, itself first.</summary>
    public static IEnumerable<string> Of(Type type)
    {
        var space = type.Namespace is null ? "" : $"{type.Namespace}.";
        return Declarations(type).Select(declaration => $"{space}{ApiTypes.Qualified(type)}: {declaration}");
    }

    private static IEnumerable<string> Declarations(Type type) =>
        type.IsEnum ? [ApiTypes.Declaration(type), .. type.GetFields(Declared).Where(static field => field.IsLiteral).Select(EnumMember)]
        : typeof(Delegate).IsAssignableFrom(type) ? [ApiTypes.Declaration(type)]
        : [ApiTypes.Declaration(type), .. type.GetMembers(Declared).Where(IsWritten).Select(Declaration).OfType<string>()];

    private static string EnumMember(FieldInfo field) => $"{field.Name} = {field.GetRawConstantValue()}";

    // What the compiler adds, to records above all, is known from the declaration. Nested types have lines of their own.
    private static bool IsWritten(MemberInfo member) =>
        !member.IsDefined(typeof(CompilerGeneratedAttribute)) && !member.Name.Contains('<') && member.Name != "EqualityContract";

    private static string? Declaration(MemberInfo member) =>
        member switch
        {
            ConstructorInfo constructor => Seen(constructor) is { } seen && !constructor.IsStatic
                ? $"{seen}{ApiTypes.Plain(constructor.DeclaringType!)}({ApiMembers.Parameters(constructor)})"
                : null,
            MethodInfo { IsSpecialName: true } method when !method.Name.StartsWith("op_", StringComparison.Ordinal) => null,
            MethodInfo method => Seen(method) is { } seen ? seen + ApiMembers.Of(method) : null,
            PropertyInfo property => (Seen(property.GetMethod) ?? Seen(property.SetMethod)) is { } seen
                ? seen + ApiMembers.Of(property, static accessor => Seen(accessor) is not null)
                : null,
            EventInfo { AddMethod: { } add } raised => Seen(add) is { } seen ? $"{seen}event {ApiTypes.Name(raised)} {raised.Name}" : null,
            FieldInfo field => field.IsPublic || Inherited(field.IsFamily || field.IsFamilyOrAssembly, field.DeclaringType!)
                ? (field.IsPublic ? "" : "protected ") + ApiMembers.Of(field)
                : null,
            _ => null,
        };

    // "" for a public member, "protected " for one that a type derived elsewhere sees, null for all others.
    private static string? Seen(MethodBase? method) =>
        method is null ? null
        : method.IsPublic ? ""
        : Inherited(method.IsFamily || method.IsFamilyOrAssembly, method.DeclaringType!) ? "protected "
        : null;

    private static bool Inherited(bool isProtected, Type type) => isProtected && !type.IsSealed;
}
