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

/// <summary>Compiles a spec in memory, with the same generator as the build.</summary>
internal static class InProcessCompiler
{
    /// <summary>Generates and compiles the code of a spec, and returns the experiment, ready to run.</summary>
    public static IExperiment Compile(Spec spec) => Load(Assemble(spec));

    /// <summary>Loads the experiment of a compiled assembly.</summary>
    public static IExperiment Load(byte[] assembly)
    {
        var experiment = Assembly.Load(assembly).GetTypes().Single(static type => typeof(IExperiment).IsAssignableFrom(type));
        return (IExperiment)Activator.CreateInstance(experiment)!;
    }

    /// <summary>
    /// Generates and compiles the code of a spec, and returns the assembly, to be loaded by another process that does not need the compiler
    /// in its memory.
    /// </summary>
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
            // The spec is valid, so this is an error of the generator rather than of the user.
            throw new InvalidOperationException($"The code generated for '{spec.Name}' does not compile:\n{string.Join('\n', errors)}");
        }

        return image.ToArray();
    }

    /// <summary>
    /// References to all assemblies that the program was started with. They are made once, because the compiler caches metadata in each
    /// reference.
    /// </summary>
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
