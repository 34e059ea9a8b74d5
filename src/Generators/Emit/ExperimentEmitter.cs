using SimClrDsl.Planning;
using SimClrDsl.Printing;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>
/// Emits the C# files of an experiment; equal plans give the same bytes. Three files are meant to be reviewed: the experiment, its networks
/// and its training steps. The fourth has code that follows from those mechanically.
/// </summary>
public static class ExperimentEmitter
{
    internal const string Root = "SimClrDsl.Experiments";

    private const string TreesHeading =
        "What follows from the other files mechanically, and needs no review: how records are walked, the spec as a value.";

    /// <summary>The files of an experiment that shares no network with others.</summary>
    public static Sequence<SourceFile> Emit(Plan plan) => Emit(plan, shared: null);

    /// <summary>The files of one experiment.</summary>
    /// <param name="plan">The plan of the experiment.</param>
    /// <param name="shared">The networks that the experiment shares with others of its sweep; null if it has networks of its own.</param>
    internal static Sequence<SourceFile> Emit(Plan plan, SharedNetworks? shared)
    {
        var name = plan.Identifier;
        var stages = StageCode.Of(plan);
        var networks = stages.SelectMany(static stage => stage.Networks).ToList();
        var steps = stages.Select(static stage => stage.Step).OfType<StepCode>().ToList();
        var encoder = shared is null ? NetworkModules.Encoder(plan.Encoder) : [];
        var student = shared is null && plan.Distill is { } distill ? DistillCode.StudentsOwn(plan, distill) : [];
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
                    TreeEmitter.EmitExperiment(writer, plan.Spec);
                    EmitAll(writer, [.. encoder, .. networks], student, TreeEmitter.Emit);
                    steps.ForEach(step => TreeEmitter.Emit(writer, step));
                }
            )
        );
        return files.ToSequence();
    }

    /// <summary>The two files of a network that experiments share.</summary>
    /// <param name="name">Name of the files and of their namespace.</param>
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

    // The student's modules are nested in a class of their own, because they have the same names as the teacher's.
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
