using SimClrDsl.Planning;

namespace SimClrDsl.Generators.Emit;

/// <summary>Values as C# literals, the same on every machine.</summary>
internal static class Literal
{
    public static string Of(double value) => Numbers.Plain(value);

    public static string Of(bool value) => value ? "true" : "false";

    public static string Of(string? value) => value is null ? "null" : $"\"{value.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
}
