using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SimClrDsl.Runtime.Profiling;

/// <summary>Writes a profile in the Trace Event Format, which chrome://tracing and https://ui.perfetto.dev can open.</summary>
public static class ChromeTrace
{
    private const int Process = 1;

    /// <summary>
    /// The measured steps as JSON. Each stage has its own track; each span is a complete event ("X") with start and duration in
    /// microseconds, and the viewer nests events by their times.
    /// </summary>
    /// <param name="stages">The measured stages, from <see cref="Profiler.Stages"/>.</param>
    public static string Json(IReadOnlyList<StageProfile> stages)
    {
        using var stream = new MemoryStream();
        using (var json = new Utf8JsonWriter(stream))
        {
            json.WriteStartObject();
            json.WriteString("displayTimeUnit", "ms");
            json.WriteStartArray("traceEvents");
            foreach (var (index, stage) in stages.Index())
            {
                Write(json, stage, track: index + 1);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.ToArray());
    }

    private static void Write(Utf8JsonWriter json, StageProfile stage, int track)
    {
        json.WriteStartObject();
        json.WriteString("ph", "M");
        json.WriteString("name", "thread_name");
        WriteTrack(json, track);
        json.WriteStartObject("args");
        json.WriteString("name", stage.Info.Stage);
        json.WriteEndObject();
        json.WriteEndObject();
        foreach (var step in stage.Steps)
        {
            foreach (var (index, span) in step.Spans.Index())
            {
                Write(json, span, track, index == 0 ? $"step {step.Number.ToString(CultureInfo.InvariantCulture)}" : span.Name);
            }
        }
    }

    private static void Write(Utf8JsonWriter json, ProfileSpan span, int track, string name)
    {
        json.WriteStartObject();
        json.WriteString("ph", "X");
        json.WriteString("name", name);
        json.WriteString("cat", span.Phase.ToString().ToLowerInvariant());
        WriteTrack(json, track);
        json.WriteNumber("ts", Microseconds(span.Start));
        json.WriteNumber("dur", Microseconds(span.End - span.Start));
        json.WriteEndObject();
    }

    private static void WriteTrack(Utf8JsonWriter json, int track)
    {
        json.WriteNumber("pid", Process);
        json.WriteNumber("tid", track);
    }

    // decimal is exact here. With double, rounding could make a span end after the parent that it ends with.
    private static decimal Microseconds(long nanoseconds) => nanoseconds / 1000m;
}
