using System.Reflection;
using System.Runtime.InteropServices;
using System.Text.RegularExpressions;
using SimClrDsl.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace SimClrDsl.Torch.Tests.Api;

/// <summary>Wrappers are one-liners over operator names and argument orders; these tests catch a misspelt name or a misplaced argument.</summary>
public sealed partial class OperatorTests
{
    private const BindingFlags All =
        BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly;

    // Other strings in lower case: arguments of operators, names in messages.
    private static readonly HashSet<string> words =
    [
        .. new[] { "same", "valid", "reflect", "replicate", "circular", "floor", "trunc" },
        .. new[] { "cpu", "cuda", "uint8", "name", "grad_outputs", "value", "box", "boxes", "chosen", "operations", "weights" },
    ];

    // Beginnings of names that are completed with a number of dimensions.
    private static readonly HashSet<string> beginnings = ["upsample_nearest", "_upsample_nearest_exact"];

    [Fact]
    public void EveryOperatorNameIsLibtorchs()
    {
        var names = typeof(torch)
            .Assembly.GetTypes()
            .Where(static type => type.FullName!.StartsWith("TorchSharp.torch", StringComparison.Ordinal) || type == typeof(SystemTorch))
            .SelectMany(static type => type.GetMethods(All).Cast<MethodBase>().Concat(type.GetConstructors(All)))
            .SelectMany(Strings)
            .Where(text => OperatorName().IsMatch(text) && !words.Contains(text) && !beginnings.Contains(text))
            .Concat(beginnings.Select(static name => name + "2d.vec"))
            .ToHashSet(StringComparer.Ordinal);
        Assert.True(names.Count > 300, $"only {names.Count} names were found");
        Assert.Equal("", string.Join(", ", names.Where(static name => !Exists(name)).Order(StringComparer.Ordinal)));
    }

    public static TheoryData<string> Owners => ["Tensor", "functional", "torch"];

    [Theory]
    [MemberData(nameof(Owners))]
    public void NoWrapperMisplacesAnArgument(string owner)
    {
        var type = owner switch
        {
            "Tensor" => typeof(Tensor),
            "functional" => typeof(nn.functional),
            _ => typeof(torch),
        };
        var misplaced = new List<string>();
        var called = 0;
        foreach (
            var method in type.GetMethods(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static | BindingFlags.DeclaredOnly)
        )
        {
            if (
                method.IsGenericMethodDefinition
                || method.IsSpecialName
                || !method.Name.All(static letter => char.IsLower(letter) || char.IsDigit(letter) || letter == '_')
                || !(method.ReturnType == typeof(Tensor) || method.ReturnType == typeof(Tensor[]) || method.ReturnType.IsGenericType)
                || method.GetParameters().Any(static one => one.ParameterType.IsByRefLike)
            )
            {
                continue;
            }
            using var scope = NewDisposeScope();
            try
            {
                called++;
                _ = method.Invoke(method.IsStatic ? null : full([2, 2], 0.5), method.GetParameters().Select(Argument).ToArray());
            }
            catch (TargetInvocationException error) when (error.InnerException is ExternalException { Message: var text })
            {
                // A complaint about made-up values is expected, one about the call itself is not.
                if (Complaint().IsMatch(text))
                {
                    misplaced.Add(text);
                }
            }
            catch (TargetInvocationException error) when (error.InnerException is InvalidOperationException or NotSupportedException) { }
        }
        Assert.True(called > 20);
        Assert.Equal("", string.Join("\n", misplaced));
    }

    [Fact]
    public void TheComplaintIsRecognised()
    {
        var error = Assert.Throws<ExternalException>(() => SystemTorch.Call("transpose", "int", ones(2, 2), 0.5, 1));
        Assert.Matches(Complaint(), error.Message);
    }

    private static object? Argument(ParameterInfo parameter)
    {
        if (parameter.HasDefaultValue && parameter.DefaultValue is not null && !parameter.ParameterType.IsEnum)
        {
            return parameter.DefaultValue;
        }
        var type = Nullable.GetUnderlyingType(parameter.ParameterType) ?? parameter.ParameterType;
        return type switch
        {
            _ when parameter.Name == "out" => null,
            _ when type == typeof(Tensor) => full([2, 2], 0.5),
            _ when type == typeof(Tensor[]) => new[] { ones(2, 2), ones(2, 2) },
            _ when type == typeof(IList<Tensor>) || type == typeof(IEnumerable<Tensor>) => new[] { ones(2, 2), ones(2, 2) },
            _ when type == typeof(Scalar) => 1.0.ToScalar(),
            _ when type == typeof(long[]) => new long[] { 0, 1 },
            _ when type == typeof(long) || type == typeof(int) => Convert.ChangeType(1, type, null),
            _ when type == typeof(double) || type == typeof(float) => Convert.ChangeType(0.5, type, null),
            _ when type == typeof(ScalarType) => ScalarType.Float32,
            _ when type == typeof(Device) => CPU,
            _ when type == typeof(string) => "cpu",
            _ when type == typeof(Array) => new float[1],
            { IsInterface: true, IsGenericType: true } => Array.CreateInstance(type.GetGenericArguments()[0], 1),
            _ when type.IsValueType => Activator.CreateInstance(type),
            _ when type.IsArray => Array.CreateInstance(type.GetElementType()!, new int[type.GetArrayRank()]),
            _ => null,
        };
    }

    private static bool Exists(string name)
    {
        try
        {
            return Operators.Find(name) != 0;
        }
        catch (ExternalException)
        {
            return false;
        }
    }

    /// <summary>The string constants in a method.</summary>
    private static List<string> Strings(MethodBase method)
    {
        const byte LoadString = 0x72;
        var strings = new List<string>();
        var code = method.GetMethodBody()?.GetILAsByteArray() ?? [];
        for (var i = 0; i + 4 < code.Length; i++)
        {
            if (code[i] == LoadString && BitConverter.ToInt32(code, i + 1) >> 24 == 0x70)
            {
                try
                {
                    strings.Add(method.Module.ResolveString(BitConverter.ToInt32(code, i + 1)));
                }
                catch (ArgumentException)
                {
                    // Bytes of another instruction that look like one.
                }
            }
        }
        return strings;
    }

    [GeneratedRegex(@"^_{0,2}[a-z][a-z0-9_]+(\.[A-Za-z][A-Za-z_]*)?$")]
    private static partial Regex OperatorName();

    [GeneratedRegex(
        "takes [0-9]+ arguments|is missing|INTERNAL ASSERT|xpected a value of type|cannot be handed out|returned [0-9]+ values"
    )]
    private static partial Regex Complaint();
}
