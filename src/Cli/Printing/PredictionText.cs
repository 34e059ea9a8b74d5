using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Stages;

namespace SimClrDsl.Cli.Printing;

/// <summary>Predictions as a table, as CSV and as JSON.</summary>
internal static class PredictionText
{
    private static readonly JsonSerializerOptions Indented = new()
    {
        WriteIndented = true,
        NewLine = "\n",
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>A table of all predictions, and how many pictures have each class.</summary>
    public static string Table(IReadOnlyCollection<Prediction> predictions)
    {
        var table = TextTable.Format(
            ["file", "class", "probability"],
            [
                .. predictions.Select(static one =>
                    new[]
                    {
                        OneLine.Of(one.File),
                        OneLine.Of(one.ClassName),
                        one.Probability.ToString("0.000", CultureInfo.InvariantCulture),
                    }
                ),
            ]
        );
        var counts = predictions
            .GroupBy(static one => one.ClassName)
            .OrderByDescending(static same => same.Count())
            .ThenBy(static same => same.Key, StringComparer.Ordinal)
            .Select(static same => $"{same.Count()} {OneLine.Of(same.Key)}");
        return predictions.Count == 1 ? table : $"{table}\n{predictions.Count} pictures: {string.Join(", ", counts)}\n";
    }

    /// <summary>A header and one line for each picture, with quotes where RFC 4180 asks for them.</summary>
    public static string Csv(IEnumerable<Prediction> predictions) =>
        "file,class,probability\n"
        + string.Concat(
            predictions.Select(static one =>
                $"{CsvText.Field(one.File)},{CsvText.Field(one.ClassName)},{one.Probability.ToString(CultureInfo.InvariantCulture)}\n"
            )
        );

    /// <summary>An array of objects with "file", "class" and "probability".</summary>
    public static string Json(IEnumerable<Prediction> predictions) =>
        JsonSerializer.Serialize(
            predictions.Select(static one => new Dictionary<string, object>
            {
                ["file"] = one.File,
                ["class"] = one.ClassName,
                ["probability"] = one.Probability,
            }),
            Indented
        ) + "\n";
}
