using System.Reflection;
using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Text;
using SimClrDsl.Generators;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Specs;

namespace SimClrDsl.Cli.Lookup;

/// <summary>Compiles a spec the way the build does, with the same generator, in memory.</summary>
internal static class InProcessCompiler
{
    /// <summary>The experiment that the generator makes of a spec, ready to run.</summary>
    public static IExperiment Compile(Spec spec) => Load(Assemble(spec));

    /// <summary>The experiment of an assembly.</summary>
    public static IExperiment Load(byte[] assembly)
    {
        var experiment = Assembly.Load(assembly).GetTypes().Single(static type => typeof(IExperiment).IsAssignableFrom(type));
        return (IExperiment)Activator.CreateInstance(experiment)!;
    }

    /// <summary>The same as an assembly, for another process: one that only runs it has no compiler in its memory.</summary>
    public static byte[] Assemble(Spec spec)
    {
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release);
        var empty = CSharpCompilation.Create($"{spec.Name}.generated", [], References.Value, options);
        var driver = CSharpGeneratorDriver.Create(
            [new ExperimentGenerator().AsSourceGenerator()],
            [new SpecFile($"{spec.Name}.yaml", SpecWriter.Write(spec))]
        );
        driver.RunGeneratorsAndUpdateCompilation(empty, out var compilation, out var diagnostics);

        using var image = new MemoryStream();
        var emitted = compilation.Emit(image);
        var errors = diagnostics
            .Concat(emitted.Diagnostics)
            .Where(static diagnostic => diagnostic.Severity == DiagnosticSeverity.Error)
            .ToList();
        if (errors.Count > 0)
        {
            // The spec was accepted, so this is the generator's fault and not the person's.
            throw new InvalidOperationException($"The code generated for '{spec.Name}' does not compile:\n{string.Join('\n', errors)}");
        }

        return image.ToArray();
    }

    /// <summary>Everything the program itself was started with; read once, since the compiler keeps what it learned of a reference with it.</summary>
    private static readonly Lazy<IReadOnlyList<MetadataReference>> References = new(static () =>
        [
            .. ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
                .Split(Path.PathSeparator)
                .Select(static path => MetadataReference.CreateFromFile(path)),
        ]
    );

    private sealed class SpecFile(string path, string text) : AdditionalText
    {
        public override string Path { get; } = path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text, Encoding.UTF8);
    }
}
