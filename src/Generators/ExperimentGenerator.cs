using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using SimClrDsl.Generators.Diagnostics;
using SimClrDsl.Generators.Emit;
using SimClrDsl.Generators.Frontend;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators;

/// <summary>The source generator: turns experiments, which are YAML files or properties marked <c>[Experiment]</c>, into C#.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class ExperimentGenerator : IIncrementalGenerator
{
    // No byte order mark, as in all files of this repository.
    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

    /// <summary>Registers the steps of the generator: read, plan, emit, and report errors.</summary>
    public void Initialize(IncrementalGeneratorInitializationContext context)
    {
        var yaml = context.AdditionalTextsProvider.Where(YamlFile.IsYaml).Select(YamlFile.Read).WithTrackingName(StepNames.ReadYaml);

        var records = context
            .SyntaxProvider.ForAttributeWithMetadataName(
                typeof(ExperimentAttribute).FullName!,
                static (node, _) => RecordFrontend.IsProperty(node),
                RecordFrontend.Read
            )
            .WithTrackingName(StepNames.ReadRecords);

        Register(context, yaml.Select(static (file, _) => file.ToSpec()).WithTrackingName(StepNames.Spec), records);
    }

    private static void Register(
        IncrementalGeneratorInitializationContext context,
        IncrementalValuesProvider<SpecResult> yaml,
        IncrementalValuesProvider<SpecResult> records
    )
    {
        var specs = yaml.Collect().Combine(records.Collect());
        var clashes = specs.Select(static (all, _) => Clashes(all.Left.AddRange(all.Right)));
        var clashing = clashes.Select(static (errors, _) => errors.Select(static error => error.Path).ToSequence());

        RegisterOutputs(context, yaml, clashing);
        RegisterOutputs(context, records, clashing);
        // The class that lists the experiments is made again only when one comes, goes, or gets another name.
        context.RegisterSourceOutput(
            specs
                .Combine(clashing)
                .Select(static (all, _) => Names(all.Left.Left.AddRange(all.Left.Right), all.Right))
                .Select(static (names, _) => FacadeEmitter.Emit(names))
                .WithTrackingName(StepNames.Facade),
            static (output, file) => Add(output, file)
        );
        context.RegisterSourceOutput(clashes.WithTrackingName(StepNames.Diagnostics), static (output, errors) => Report(output, errors));
    }

    private static void RegisterOutputs(
        IncrementalGeneratorInitializationContext context,
        IncrementalValuesProvider<SpecResult> specs,
        IncrementalValueProvider<Sequence<string>> clashing
    )
    {
        var plans = specs
            .Where(static result => result.Specs.Count > 0)
            .Combine(clashing)
            .Where(static pair => !pair.Left.Identifiers.Intersect(pair.Right, StringComparer.OrdinalIgnoreCase).Any())
            // Positions are dropped here, so that a declaration that only moves in its file is not planned again.
            .Select(static (pair, _) => (pair.Left.Name, pair.Left.Specs))
            .Select(static (declared, _) => SweepPlan.Of(declared.Name, declared.Specs))
            .WithTrackingName(StepNames.Plan);
        context.RegisterSourceOutput(
            plans.Select(static (plan, _) => SweepEmitter.Emit(plan)).WithTrackingName(StepNames.Emit),
            static (output, files) => Add(output, files)
        );
        context.RegisterSourceOutput(
            specs.Select(static (result, _) => result.Errors).WithTrackingName(StepNames.Diagnostics),
            static (output, errors) => Report(output, errors)
        );
    }

    /// <summary>
    /// An error for each experiment whose identifier another experiment, or the class that lists them, has too; none of them is generated.
    /// Case does not count among experiments, because Roslyn rejects generated files whose names differ only in case.
    /// </summary>
    private static Sequence<SpecError> Clashes(IEnumerable<SpecResult> specs)
    {
        var taken = specs
            .Where(static result => result.Specs.Count > 0)
            .SelectMany(static result => result.Identifiers.Select(name => (Name: name, result.Origin)))
            .ToList();
        var reserved = taken
            .Where(static one => one.Name == FacadeEmitter.ClassName)
            .Select(static one => Descriptors.ReservedName.At(one.Origin, one.Name));
        var shared = taken
            .GroupBy(static one => one.Name, static one => one.Origin, StringComparer.OrdinalIgnoreCase)
            .Where(static group => group.Count() > 1)
            .SelectMany(static group => group.Select(origin => Descriptors.SameName.At(origin, group.Key)));
        return reserved.Concat(shared).ToSequence();
    }

    // The names of the experiments that are generated.
    private static Sequence<string> Names(IEnumerable<SpecResult> specs, Sequence<string> clashing) =>
        specs
            .Where(result => !result.Identifiers.Intersect(clashing, StringComparer.OrdinalIgnoreCase).Any())
            .SelectMany(static result => result.Specs.Select(static spec => spec.Name))
            .ToSequence();

    private static void Add(SourceProductionContext output, Sequence<SourceFile> files)
    {
        foreach (var file in files)
        {
            Add(output, file);
        }
    }

    private static void Add(SourceProductionContext output, SourceFile file) =>
        output.AddSource(file.HintName, SourceText.From(file.Text, Utf8));

    private static void Report(SourceProductionContext output, Sequence<SpecError> errors)
    {
        foreach (var error in errors)
        {
            output.ReportDiagnostic(Diagnostic.Create(Descriptors.Of(error.Id), error.Span.ToLocation(), error.Message));
        }
    }
}
