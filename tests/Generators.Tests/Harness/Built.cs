using System.Reflection;
using Microsoft.CodeAnalysis;

namespace SimClrDsl.Generators.Tests.Harness;

/// <summary>What the build knows: where the repository is, and what generated code is compiled against.</summary>
internal static class Built
{
    public static string Repository { get; } = Metadata("Repository");

    /// <summary>.NET, the runtime with the Dsl beside it, TorchSharp, LanguageExt.</summary>
    public static IReadOnlyList<MetadataReference> References { get; } =
    [.. Assemblies().Select(static path => MetadataReference.CreateFromFile(path))];

    private static IEnumerable<string> Assemblies()
    {
        var platform = Path.GetDirectoryName(typeof(object).Assembly.Location)!;
        var trusted = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!).Split(Path.PathSeparator);
        return trusted
            .Where(path => Path.GetDirectoryName(path) == platform)
            .Concat(Directory.EnumerateFiles(Metadata("Runtime"), "*.dll"))
            .Append(Path.Combine(Metadata("TorchSharp"), "TorchSharp.dll"))
            .Append(typeof(LanguageExt.Unit).Assembly.Location);
    }

    private static string Metadata(string key) =>
        typeof(Built).Assembly.GetCustomAttributes<AssemblyMetadataAttribute>().Single(data => data.Key == key).Value!;
}
