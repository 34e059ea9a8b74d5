using SimClrDsl.Planning;
using SimClrDsl.Printing;
using SimClrDsl.Reading;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>
/// A plan as C#: the same plan gives the same files, to the byte. Three files are to be read: the experiment, its networks and its steps. A
/// fourth holds what follows from them mechanically.
/// </summary>
public static class ExperimentEmitter
{
    internal const string Root = "SimClrDsl.Experiments";

    private const string TreesHeading =
        "What follows from the other files mechanically, and needs no review: how records are walked, the spec as text.";

    /// <summary>The files of one experiment.</summary>
    public static Sequence<SourceFile> Emit(Plan plan) => Emit(plan, shared: null);

    /// <summary>The files of one experiment.</summary>
    /// <param name="plan">What is emitted.</param>
    /// <param name="shared">The networks that a sweep emits for all its experiments; null where the experiment has its own.</param>
    internal static Sequence<SourceFile> Emit(Plan plan, SharedNetworks? shared)
    {
        var name = plan.Identifier;
        var stages = StageCode.Of(plan);
        var networks = stages.SelectMany(static stage => stage.Networks).ToList();
        var steps = stages.Select(static stage => stage.Step).OfType<StepModel>().ToList();
        var encoder = shared is null ? NetworkModules.Encoder(plan.Encoder) : [];
        var student =
            shared is null && plan.Distill is { } distill && DistillCode.HasEncoderOfItsOwn(plan, distill)
                ? NetworkModules.Encoder(distill.Student)
                : [];
        var usings = shared?.UsingsOf(plan) ?? [];
        var files = new List<SourceFile>
        {
            GeneratedFile.Of(
                $"{name}.Experiment",
                name,
                PlanTable.Format(plan),
                [.. Namespaces.Experiment, .. usings],
                writer => PipelineEmitter.Emit(writer, plan, stages)
            ),
        };
        if (encoder.Count + networks.Count > 0)
        {
            files.Add(
                GeneratedFile.Of(
                    $"{name}.Networks",
                    name,
                    "The networks: their blocks, the encoder that joins them, and what sits on it.",
                    [.. Namespaces.Networks, .. usings],
                    writer => EmitAll(writer, [.. encoder, .. networks], student, ModuleEmitter.Emit)
                )
            );
        }

        if (steps.Count > 0)
        {
            files.Add(
                GeneratedFile.Of(
                    $"{name}.Steps",
                    name,
                    "The training step of each stage.",
                    [.. Namespaces.Steps, .. usings],
                    writer => steps.ForEach(step => StepEmitter.Emit(writer, step))
                )
            );
        }

        files.Add(
            GeneratedFile.Of(
                $"{name}.Trees",
                name,
                TreesHeading,
                [.. Namespaces.Trees, .. usings],
                writer =>
                {
                    TreeEmitter.EmitExperiment(writer, SpecWriter.Write(plan.Spec));
                    EmitAll(writer, [.. encoder, .. networks], student, TreeEmitter.Emit);
                    steps.ForEach(step => TreeEmitter.Emit(writer, step));
                }
            )
        );
        return files.ToSequence();
    }

    /// <summary>The two files of a network that several experiments have.</summary>
    /// <param name="name">Their name, and that of their namespace.</param>
    /// <param name="plan">The network.</param>
    internal static IEnumerable<SourceFile> Network(string name, EncoderPlan plan)
    {
        var modules = NetworkModules.Encoder(plan);
        return
        [
            GeneratedFile.Of(
                $"{name}.Networks",
                name,
                PlanTable.Network(plan),
                Namespaces.Networks,
                writer => EmitAll(writer, modules, student: [], ModuleEmitter.Emit)
            ),
            GeneratedFile.Of(
                $"{name}.Trees",
                name,
                TreesHeading,
                Namespaces.Trees,
                writer => EmitAll(writer, modules, student: [], TreeEmitter.Emit)
            ),
        ];
    }

    // A student's blocks have the names of its teacher's, so they stand in a class of their own.
    private static void EmitAll(
        CodeWriter writer,
        IEnumerable<Module> modules,
        IReadOnlyCollection<Module> student,
        Action<CodeWriter, Module> emit
    )
    {
        foreach (var module in modules)
        {
            emit(writer, module);
        }

        if (student.Count > 0)
        {
            writer.Blank();
            writer.Summary("The student's encoder and its blocks.");
            using (writer.Block("public static partial class Student"))
            {
                var first = true;
                foreach (var module in student)
                {
                    emit(first ? writer.WithoutNextBlank() : writer, module);
                    first = false;
                }
            }
        }
    }
}
