using System.Reflection;
using SimClrDsl.Planning;

namespace SimClrDsl.Tests.Planning;

/// <summary>Closed unions: abstract records whose cases are nested in them, or derive from them.</summary>
public sealed class UnionTests
{
    private static readonly Type[] Types = typeof(Plan).Assembly.GetTypes();

    private static readonly List<MethodInfo> Matches =
    [
        .. Types
            .Where(static type => type.IsAbstract)
            .Select(static type => type.GetMethod("Match", BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance))
            .OfType<MethodInfo>(),
    ];

    // A case without a parameter would only be missed when it is met.
    [Fact]
    public void Each_case_has_a_function_in_the_match_of_its_union()
    {
        Assert.True(Matches.Count > 15, $"{Matches.Count} unions found");
        Assert.All(
            Matches,
            static match =>
                Assert.Equal(Types.Count(type => type.IsSealed && type.BaseType == match.DeclaringType), match.GetParameters().Length)
        );
    }
}
