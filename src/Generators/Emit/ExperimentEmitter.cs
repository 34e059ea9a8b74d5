using SimClrDsl.Planning;
using SimClrDsl.Printing;
using SimClrDsl.Reading;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>A plan as C#: the same plan gives the same files, to the byte.</summary>
public static class ExperimentEmitter
{
    internal const string Root = "SimClrDsl.Experiments";

    public static Sequence<SourceFile> Emit(Plan plan) => Emit(plan, shared: null);

    /// <summary>The files of one experiment.</summary>
    /// <param name="plan">What is emitted.</param>
    /// <param name="shared">The networks that a sweep emits for all its experiments; null where the experiment has its own.</param>
    internal static Sequence<SourceFile> Emit(Plan plan, SharedNetworks? shared)
    {
        var name = plan.Identifier;
        var (encoder, networks) = (NetworkModules.Encoder(plan.Encoder), Networks(plan));
        var usings = Usings(plan, shared);
        var files = new List<SourceFile>();
        if (shared is null)
        {
            files.Add(File(name, "Encoder", "", PlanTable.Network(plan.Encoder), encoder, ModuleEmitter.Emit));
        }

        // Without stages nothing is trained.
        if (networks.Count > 0)
        {
            files.Add(
                File(name, "Networks", "", "What is trained: the encoder with what sits on it.", networks, ModuleEmitter.Emit, usings)
            );
        }

        if (shared is null || networks.Count > 0)
        {
            files.Add(File(name, "Tree", "", TreeHeading, shared is null ? encoder.Concat(networks) : networks, TreeEmitter.Emit, usings));
        }

        // A student like its teacher is the same network: it is not emitted twice.
        if (shared is null && plan.Distill is { } distill && distill.Student != plan.Encoder)
        {
            files.AddRange(Network(name, "Student", "Student.Tree", ".Student", distill.Student));
        }

        files.AddRange(
            Steps(plan).Select(step => File(name, step.Name.Replace("Step", ""), "", step.Summary, [step], StepEmitter.Emit, usings))
        );
        files.Add(
            File(
                name,
                "Pipeline",
                "",
                PlanTable.Format(plan),
                [SpecWriter.Write(plan.Spec)],
                (w, text) => PipelineEmitter.Emit(w, plan, text),
                usings
            )
        );
        return files.ToSequence();
    }

    /// <summary>A network's two files: its layers, and how they are walked.</summary>
    internal static IEnumerable<SourceFile> Network(string name, string part, string tree, string inner, EncoderPlan plan)
    {
        var modules = NetworkModules.Encoder(plan);
        var heading = inner.Length == 0 ? TreeHeading : "How the records of the student are walked: one line a part.";
        return
        [
            File(name, part, inner, PlanTable.Network(plan), modules, ModuleEmitter.Emit),
            File(name, tree, inner, heading, modules, TreeEmitter.Emit),
        ];
    }

    private static readonly string[] RuntimeNamespaces =
    [
        "SimClrDsl.Planning",
        "SimClrDsl.Runtime.Augment",
        "SimClrDsl.Runtime.Autograd",
        "SimClrDsl.Runtime.Data",
        "SimClrDsl.Runtime.Evaluate",
        "SimClrDsl.Runtime.Geometry",
        "SimClrDsl.Runtime.Layers",
        "SimClrDsl.Runtime.Objectives",
        "SimClrDsl.Runtime.Optim",
        "SimClrDsl.Runtime.Stages",
        "SimClrDsl.Runtime.Tensors",
        "SimClrDsl.Runtime.Training",
        "SimClrDsl.Specs",
    ];

    private const string TreeHeading = "How the records of the networks are walked: one line a part.";

    // A shared student takes the name of a student that the experiment holds itself.
    private static IReadOnlyList<string> Usings(Plan plan, SharedNetworks? shared) =>
        (shared, plan.Distill) switch
        {
            (null, _) => [],
            (_, { Student: var student }) when student != plan.Encoder =>
            [
                shared.NamespaceOf(plan.Encoder),
                $"Student = {shared.NamespaceOf(student)}",
            ],
            _ => [shared.NamespaceOf(plan.Encoder)],
        };

    private static Sequence<Module> Networks(Plan plan)
    {
        var modules = new List<Module>();
        if (plan.Pretrain is { } pretrain)
        {
            modules.AddRange(pretrain.Head.Layers == 0 ? [] : [NetworkModules.Head(pretrain.Head)]);
            modules.Add(NetworkModules.Contrastive(plan.Encoder, pretrain.Head));
        }

        if (plan.LabelOnly is not null)
        {
            const string Summary = "The label-only baseline: the encoder and a classifier.";
            modules.Add(NetworkModules.Classifier("LabelOnlyNetwork", Summary, plan.Encoder, "Encoder", plan.Data.Classes));
        }

        if (plan.Finetune is { } finetune)
        {
            const string Summary = "What is fine-tuned: the encoder, the head up to the layer it is cut at, and a classifier.";
            modules.Add(
                NetworkModules.Classifier(
                    "FinetunedNetwork",
                    Summary,
                    plan.Encoder,
                    "Encoder",
                    plan.Data.Classes,
                    (plan.Pretrain!.Head, finetune.FromHeadLayer)
                )
            );
        }

        if (plan.SelfDistill is not null)
        {
            const string Summary = "What is self-distilled: the encoder and a classifier.";
            modules.Add(NetworkModules.Classifier("SelfDistilledNetwork", Summary, plan.Encoder, "Encoder", plan.Data.Classes));
        }

        if (plan.Distill is { } distill)
        {
            const string Summary = "The student: an encoder and a classifier.";
            var encoder = distill.Student == plan.Encoder ? "Encoder" : "Student.Encoder";
            modules.Add(NetworkModules.Classifier("StudentNetwork", Summary, distill.Student, encoder, plan.Data.Classes));
        }

        return modules.ToSequence();
    }

    private static IEnumerable<StepModel> Steps(Plan plan)
    {
        if (plan.Pretrain is { } pretrain)
        {
            yield return PretrainSteps.Of(plan, pretrain);
        }

        if (plan.Linear is { } linear)
        {
            yield return StageSteps.Linear(plan, linear);
        }

        if (plan.LabelOnly is { } labelOnly)
        {
            yield return StageSteps.LabelOnly(plan, labelOnly);
        }

        if (plan.Finetune is { } finetune)
        {
            yield return StageSteps.Finetune(plan, finetune);
        }

        if (plan.SelfDistill is { } selfDistill)
        {
            yield return StageSteps.SelfDistill(plan, selfDistill);
        }

        if (plan.Distill is { } distill)
        {
            yield return StageSteps.Distill(plan, distill);
        }
    }

    private static SourceFile File<T>(
        string name,
        string part,
        string inner,
        string heading,
        IEnumerable<T> items,
        Action<CodeWriter, T> emit,
        IReadOnlyList<string>? usings = null
    )
    {
        var writer = new CodeWriter();
        writer.Line("// <auto-generated/>");
        foreach (var line in heading.TrimEnd('\n').Split('\n'))
        {
            writer.Line($"// {line}".TrimEnd());
        }

        writer.Line("#nullable enable");
        writer.Blank();
        writer.Line($"namespace {Root}.{name}{inner};");
        writer.Blank();
        foreach (var space in RuntimeNamespaces)
        {
            writer.Line($"using {space};");
        }

        foreach (var shared in usings ?? [])
        {
            writer.Line($"using {shared};");
        }

        writer.Line("using static TorchSharp.torch;");
        foreach (var item in items)
        {
            emit(writer, item);
        }

        return new($"{name}.{part}.g.cs", writer.ToString());
    }
}
