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
        // The compiler keeps a copy of every assembly that it refers to, about 80 MB, which is given back here for training to use.
        var assemblies = ((string)AppContext.GetData("TRUSTED_PLATFORM_ASSEMBLIES")!)
            .Split(Path.PathSeparator)
            .Select(AssemblyMetadata.CreateFromFile)
            .ToList();
        try
        {
            return Assemble(spec, [.. assemblies.Select(static assembly => assembly.GetReference())]);
        }
        finally
        {
            assemblies.ForEach(static assembly => assembly.Dispose());
        }
    }

    private static byte[] Assemble(Spec spec, IReadOnlyList<MetadataReference> references)
    {
        var options = new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release);
        var empty = CSharpCompilation.Create($"{spec.Name}.generated", [], references, options);
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

    private sealed class SpecFile(string path, string text) : AdditionalText
    {
        public override string Path { get; } = path;

        public override SourceText GetText(CancellationToken cancellationToken = default) => SourceText.From(text, Encoding.UTF8);
    }
}
