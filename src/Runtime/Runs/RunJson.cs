using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace SimClrDsl.Runtime.Runs;

/// <summary>How reports are written as JSON: what is absent is left out, numbers that JSON lacks are named, "√" stays "√".</summary>
internal static class RunJson
{
    internal static JsonSerializerOptions Line { get; } =
        new()
        {
            DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
            NumberHandling = JsonNumberHandling.AllowNamedFloatingPointLiterals,
            Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        };

    internal static JsonSerializerOptions Indented { get; } = new(Line) { WriteIndented = true, NewLine = "\n" };
}
