using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>Code that distillation and self-distillation share.</summary>
internal static class DistillationParts
{
    /// <summary>The lines that create the stage; the function depends on the images that the student learns from.</summary>
    public static Wiring Wiring(string variable, string stages, string teacher, StepModel step, DistillPlan stage)
    {
        var trainee = step.Carried.Count > 0 ? step.Trainee : $"Trainee.Of({step.Trainee})";
        string[] arguments = [$"{teacher}.Frozen()", trainee, $"{step.Name}.With"];
        return stage.Images == DistillImages.Labelled ? new(variable, $"{stages}.OnLabelled", arguments)
            : stage.LabelBatch > 0 ? new(variable, $"{stages}.WithLabels", [.. arguments, $"labelBatch: {stage.LabelBatch}"])
            : new(variable, $"{stages}.Of", arguments);
    }

    /// <summary>The training step of the student.</summary>
    /// <param name="name">The step's class.</param>
    /// <param name="title">What the stage is called.</param>
    /// <param name="network">The student's class.</param>
    /// <param name="plan">The experiment.</param>
    /// <param name="stage">The distillation.</param>
    public static StepModel Step(string name, string title, string network, Plan plan, DistillPlan stage)
    {
        var step = new StepModel
        {
            Name = name,
            Summary = $"{title} (Eq. {(stage.UsesLabels ? 3 : 2)}): {stage.Epochs} epochs of {Images(plan, stage)} images.",
            Network = network,
            Batch = "UnlabelledBatch",
            Constants = StepParts.Constants(stage.Batch, stage.Microbatch, stage.Rate),
            Argument = new("Frozen", "teacher", "a frozen teacher"),
            Input = new([LabelledParts.Images(stage.Augment, "batch")], [("x", "x", LabelledParts.Shape(plan, stage.Batch))]),
            Inputs = ["var target = teacher.Infer(x);"],
            Loss = [("Tensor", "x"), ("Tensor", "target")],
            LossBody = PlainLoss(plan, network, stage),
            LossResult = "new(loss, (next, new(loss.detach(), Classification.Agreement(logits, target))))",
            LossComment = "Eq. 2: cross-entropy of the teacher's softened answers.",
            Rate = StepParts.Rate(stage.Rate.Schedule),
            Update = StepParts.Update(stage.Optimizer),
            PartInputs = PartInputs(stage, []),
            PreparedCrops = LabelledParts.PreparedCrops(plan, stage.Augment),
        };
        return stage.LabelBatch > 0 ? WithLabelsBeside(step, network, plan, stage)
            : stage.UsesLabels ? WithLabels(step, network, plan, stage)
            : stage.Images == DistillImages.Labelled ? step with { Batch = "LabelledBatch" }
            : step;
    }

    // The label loss is computed on the same images as the distillation loss.
    private static StepModel WithLabels(StepModel step, string network, Plan plan, DistillPlan stage) =>
        step with
        {
            Batch = stage.Images == DistillImages.Labelled ? "LabelledBatch" : "UnlabelledBatch",
            Input = LabelledParts.Labelled(plan, stage.Batch, stage.Augment),
            Loss = [.. step.Loss, ("Tensor", "labels")],
            LossBody = BothLosses(plan, network, stage),
            LossComment = BothTerms,
            PartInputs = PartInputs(stage, ["part.Labels"]),
        };

    // Every step has labelled images in addition to the unlabelled ones.
    private static StepModel WithLabelsBeside(StepModel step, string network, Plan plan, DistillPlan stage) =>
        step with
        {
            Batch = "MixedBatch",
            Input = new(
                [
                    LabelledParts.Images(stage.Augment, "batch.Unlabelled", "key.At(0)"),
                    LabelledParts.Images(stage.Augment, "batch.Labelled", "key.At(1)", name: "labelled"),
                ],
                [
                    ("x", "x", LabelledParts.Shape(plan, stage.Batch)),
                    ("labelled", "labelled", LabelledParts.Shape(plan, stage.LabelBatch)),
                    LabelledParts.Labels("batch.Labelled", stage.LabelBatch),
                ]
            ),
            Loss = [.. step.Loss, ("Tensor", "labelled"), ("Tensor", "labels")],
            LossBody = MixedLoss(plan, network, stage),
            LossComment = BothTerms,
            PartInputs = PartInputs(stage, ["part.Labelled", "part.Labels"]),
            PreparedCrops = plan.Data.StaysEncoded
                ?
                [
                    ("batch.Unlabelled", StepParts.Crops(stage.Augment, "key.At(0)")),
                    ("batch.Labelled", StepParts.Crops(stage.Augment, "key.At(1)")),
                ]
                : [],
        };

    private const string BothTerms = "Eq. 3: cross-entropy of the labels and of the teacher's softened answers.";

    private static string Images(Plan plan, DistillPlan stage) =>
        stage.Images == DistillImages.Labelled ? $"{plan.Data.Labels} labelled" : $"{plan.Data.Unlabelled} unlabelled";

    private static IReadOnlyList<string>? PartInputs(DistillPlan stage, IReadOnlyList<string> labels) =>
        stage.Microbatch is null ? null : ["part.X", "teacher.Infer(part.X)", .. labels];

    private static IReadOnlyList<string> PlainLoss(Plan plan, string network, DistillPlan stage) =>
        [LabelledParts.Logits(plan, network), $"var loss = {Distillation(stage)};"];

    // The factor of the official notebook, which keeps the size of the gradient when the temperature changes; Eq. 2 does not have it.
    private static string Distillation(DistillPlan stage) =>
        $"Classification.Distillation(logits, target, temperature: {Literal.Of(stage.Temperature)})"
        + (stage.TemperatureSquared ? $" * {Literal.Of(Numbers.Rounded(stage.Temperature * stage.Temperature))}" : "");

    // Labelled and unlabelled images go through the network together, so that batch norms normalise over both.
    private static IReadOnlyList<string> MixedLoss(Plan plan, string network, DistillPlan stage)
    {
        var rows = stage.Microbatch ?? stage.Batch;
        var labelRows = stage.LabelBatch * rows / stage.Batch;
        return
        [
            $"var (both, next) = {network}.Forward(p, s, cat([x, labelled]), {StepParts.Phase(plan)});",
            $"var logits = both.narrow(0, 0, {rows}); // [{rows}, classes]",
            $"var labelLogits = both.narrow(0, {rows}, {labelRows}); // [{labelRows}, classes]",
            $"var distillation = {Distillation(stage)};",
            "var supervised = Classification.CrossEntropy(labelLogits, labels);",
            WeightedLoss(stage),
        ];
    }

    // Both losses on the same images.
    private static IReadOnlyList<string> BothLosses(Plan plan, string network, DistillPlan stage) =>
        [
            LabelledParts.Logits(plan, network),
            $"var distillation = {Distillation(stage)};",
            "var supervised = Classification.CrossEntropy(logits, labels);",
            WeightedLoss(stage),
        ];

    private static string WeightedLoss(DistillPlan stage) =>
        $"var loss = (supervised * {Literal.Of(Numbers.Rounded(1 - stage.Alpha))}) + (distillation * {Literal.Of(stage.Alpha)});";
}
