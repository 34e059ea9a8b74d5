using System.Reflection;
using SimClrDsl.Experiments;
using SimClrDsl.Runtime.Stages;

namespace SimClrDsl.EndToEnd.Tests.Harness;

/// <summary>What the build knows: where the program and the repository are, and which experiments were built.</summary>
internal static class Built
{
    public static string Program { get; } = Metadata("Program");

    /// <summary>The program that the launcher starts for <c>simclr bench</c>.</summary>
    public static string Bench { get; } = Metadata("Bench");

    public static string Repository { get; } = Metadata("Repository");

    public static string ExperimentsFolder { get; } = Path.Combine(Repository, "experiments");

    /// <summary>The generated experiments, as the program finds them.</summary>
    public static IReadOnlyList<IExperiment> Experiments { get; } =
    [
        .. typeof(ExperimentsAssembly)
            .Assembly.GetTypes()
            .Where(static type => typeof(IExperiment).IsAssignableFrom(type) && type is { IsAbstract: false, IsClass: true })
            .Select(static type => (IExperiment)Activator.CreateInstance(type)!),
    ];

    /// <summary>Names of the experiments, as theory data.</summary>
    public static TheoryData<string> Names => [.. Experiments.Select(static experiment => experiment.Name)];

    private static string Metadata(string key) =>
        typeof(Built).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == key).Value!;
}
