using System.Reflection;
using System.Reflection.Emit;
using LanguageExt;

namespace SimClrDsl.EndToEnd.Tests.Architecture;

/// <summary>Calls whose result may be an error and is not looked at, which C# allows without a warning.</summary>
internal static class DroppedErrors
{
    private const BindingFlags Declared =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    /// <summary>Each such call of an assembly: the method that makes it, and the one that it calls.</summary>
    public static IReadOnlyList<string> Of(Assembly assembly) => [.. assembly.GetTypes().SelectMany(Of)];

    /// <summary>Those of one type.</summary>
    public static IEnumerable<string> Of(Type type) =>
        from method in type.GetMethods(Declared).Cast<MethodBase>().Concat(type.GetConstructors(Declared))
        let instructions = Instruction.Of(method).ToList()
        from pair in instructions.Zip(instructions.Skip(1), static (call, next) => (Call: call, Next: next))
        where pair.Next.Code == OpCodes.Pop && pair.Call.Member is MethodInfo { ReturnType: var result } && MayBeAnError(result)
        select $"{type.FullName}.{method.Name} drops what {pair.Call.Member!.Name} returns";

    private static bool MayBeAnError(Type result) =>
        result.IsGenericType
        && (result.GetGenericTypeDefinition() == typeof(Either<,>) || result.GetGenericTypeDefinition() == typeof(Validation<,>));
}
