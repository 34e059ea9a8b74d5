using System.Text.Json;

namespace SimClrDsl.EndToEnd.Tests.Harness;

/// <summary>A finished run of <see cref="Tiny"/>, made once by a process of its own; tests that change something work on a copy.</summary>
public sealed class FinishedRun : IDisposable
{
    private readonly Workplace place = Tiny.Workplace();

    public FinishedRun()
    {
        Outcome = place.SimclrProcess(["run", Tiny.File]).Succeeded();
        Name = Path.GetFileName(Directory.GetDirectories(place.At("runs")).Single());
    }

    internal Outcome Outcome { get; }

    /// <summary>Name of the run's folder in runs/.</summary>
    internal string Name { get; }

    internal string Folder => place.At($"runs/{Name}");

    internal JsonElement Summary => RunFiles.Summary(Folder);

    internal Workplace Copy()
    {
        var copy = Tiny.Workplace();
        Folders.Copy(place.At("runs"), copy.At("runs"));
        return copy;
    }

    public void Dispose() => place.Dispose();
}

/// <summary>One run for all classes that start from one.</summary>
[CollectionDefinition(Name)]
public sealed class FinishedRunCollection : ICollectionFixture<FinishedRun>
{
    public const string Name = "finished run";
}
