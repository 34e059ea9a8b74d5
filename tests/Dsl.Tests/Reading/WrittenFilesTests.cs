using System.Runtime.CompilerServices;
using System.Text.Json;
using SimClrDsl.Reading;

namespace SimClrDsl.Tests.Reading;

/// <summary>Files that are checked in and written by code; <c>UPDATE_SNAPSHOTS=1</c> rewrites them.</summary>
public sealed class WrittenFilesTests
{
    [Fact]
    public void The_schema_is_up_to_date() => AssertUpToDate("docs/experiment.schema.json", SchemaWriter.JsonSchema());

    [Fact]
    public void The_reference_page_is_up_to_date() => AssertUpToDate("docs/experiment-reference.md", ReferenceWriter.Markdown());

    [Fact]
    public void The_schema_is_closed_and_complete_JSON()
    {
        var root = JsonDocument.Parse(SchemaWriter.JsonSchema()).RootElement;
        var objects = root.GetProperty("$defs").EnumerateObject().Select(static definition => definition.Value).Append(root).ToArray();
        Assert.All(objects, static shape => Assert.False(shape.GetProperty("additionalProperties").GetBoolean()));
        Assert.All(
            objects.SelectMany(static shape => shape.GetProperty("properties").EnumerateObject()),
            static property => Assert.NotEmpty(property.Value.GetProperty("description").GetString()!)
        );
        Assert.Equal(
            RecordShape.Everywhere.Concat(RecordShape.OfReports).Select(static place => place.Shape).Distinct().Count(),
            objects.Length
        );
    }

    private static void AssertUpToDate(string path, string text)
    {
        var file = Path.Combine(Root(), path);
        if (Environment.GetEnvironmentVariable("UPDATE_SNAPSHOTS") == "1")
        {
            File.WriteAllText(file, text);
        }

        Assert.True(
            File.Exists(file) && File.ReadAllText(file) == text,
            $"{path} is out of date: UPDATE_SNAPSHOTS=1 dotnet test tests/Dsl.Tests"
        );
    }

    private static string Root([CallerFilePath] string here = "") => Path.GetFullPath(Path.Combine(here, "../../../.."));
}
