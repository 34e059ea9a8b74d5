using System.Collections;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace SimClrDsl.Generators.Tests.Harness;

/// <summary>
/// Walks everything a value holds. A step whose output holds a piece of the compilation keeps it alive and is never found unchanged.
/// </summary>
internal static class ObjectGraph
{
    // Checked by assignability: the compiler's own symbols are internal classes that implement these.
    private static readonly Type[] Forbidden =
    [
        typeof(ISymbol),
        typeof(SyntaxNode),
        typeof(SyntaxTree),
        typeof(SyntaxReference),
        typeof(Compilation),
        typeof(SemanticModel),
        typeof(IOperation),
        typeof(Location),
        typeof(Diagnostic),
        typeof(AdditionalText),
        typeof(Delegate),
    ];

    public static void AssertFreeOfRoslyn(object? root, string step)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var open = new Stack<(object? Value, string Path)>([(root, step)]);
        while (open.TryPop(out var next))
        {
            if (next.Value is null or string || next.Value.GetType() is { IsPrimitive: true } or { IsEnum: true } || !seen.Add(next.Value))
            {
                continue;
            }

            Assert.True(!Forbidden.Any(type => type.IsInstanceOfType(next.Value)), $"{next.Path} holds a {next.Value.GetType()}");
            foreach (var (name, inner) in Inside(next.Value))
            {
                open.Push((inner, $"{next.Path}.{name}"));
            }
        }
    }

    private static IEnumerable<(string Name, object? Value)> Inside(object value) =>
        value is Array items
            ? ((IEnumerable)items).Cast<object?>().Select(static (item, index) => ($"[{index}]", item))
            : Fields(value.GetType()).Select(field => (field.Name, field.GetValue(value)));

    private static IEnumerable<FieldInfo> Fields(Type? type) =>
        type is null
            ? []
            : type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly)
                .Concat(Fields(type.BaseType));
}
