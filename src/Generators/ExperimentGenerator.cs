using System.Text;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.Text;
using SimClrDsl.Generators.Diagnostics;
using SimClrDsl.Generators.Emit;
using SimClrDsl.Generators.Frontend;
using SimClrDsl.Planning;
using SimClrDsl.Reading;

namespace SimClrDsl.Generators;

/// <summary>Turns experiments, declared as YAML files or as properties marked <c>[Experiment]</c>, into C#.</summary>
[Generator(LanguageNames.CSharp)]
public sealed class ExperimentGenerator : IIncrementalGenerator
{
    // Files of this repository start with no byte order mark.
    private static readonly Encoding Utf8 = new UTF8Encoding(encoderShouldEmitUTF8Identifier: false);

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
        context.RegisterSourceOutput(clashes.WithTrackingName(StepNames.Diagnostics), static (output, errors) => Report(output, errors));
    }

    private static void RegisterOutputs(
        IncrementalGeneratorInitializationContext context,
        IncrementalValuesProvider<SpecResult> specs,
        IncrementalValueProvider<Sequence<string>> clashing
    )
    {
        var plans = specs
            .Where(static result => result.Spec is not null)
            .Select(static (result, _) => result.Spec!)
            .Combine(clashing)
            .Where(static pair => !pair.Right.Contains(Plan.IdentifierOf(pair.Left.Name), StringComparer.OrdinalIgnoreCase))
            .Select(static (pair, _) => Plan.Of(pair.Left))
            .WithTrackingName(StepNames.Plan);
        context.RegisterSourceOutput(
            plans.Select(static (plan, _) => ExperimentEmitter.Emit(plan)).WithTrackingName(StepNames.Emit),
            static (output, files) => Add(output, files)
        );
        context.RegisterSourceOutput(
            specs.Select(static (result, _) => result.Errors).WithTrackingName(StepNames.Diagnostics),
            static (output, errors) => Report(output, errors)
        );
    }

    /// <summary>
    /// Every experiment whose name in code another one has too; neither is generated. Names of generated files differ in more than case,
    /// or Roslyn refuses the second one.
    /// </summary>
    private static Sequence<SpecError> Clashes(IEnumerable<SpecResult> specs) =>
        specs
            .Where(static result => result.Spec is not null)
            .GroupBy(static result => Plan.IdentifierOf(result.Spec!.Name), StringComparer.OrdinalIgnoreCase)
            .Where(static group => group.Count() > 1)
            .SelectMany(static group => group.Select(result => Descriptors.SameName.At(result.Origin, group.Key)))
            .ToSequence();

    private static void Add(SourceProductionContext output, Sequence<SourceFile> files)
    {
        foreach (var file in files)
        {
            output.AddSource(file.HintName, SourceText.From(file.Text, Utf8));
        }
    }

    private static void Report(SourceProductionContext output, Sequence<SpecError> errors)
    {
        foreach (var error in errors)
        {
            output.ReportDiagnostic(Diagnostic.Create(Descriptors.Of(error.Id), error.Span.ToLocation(), error.Message));
        }
    }
}
