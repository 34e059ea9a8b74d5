using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Emit;

/// <summary>The step of each stage: its constants, inputs and loss, read off the plan.</summary>
internal static class StageSteps
{
    private const string Accuracy = "Classification.Accuracy(logits, labels)";

    public static StepModel Finetune(Plan plan, FinetunePlan stage) =>
        new(
            "FinetuneStep",
            $"Fine-tuning from {Layer(stage.FromHeadLayer)}: {stage.Epochs} epochs of {plan.Data.Labels} labelled images.",
            "FinetunedNetwork.Params",
            "FinetunedNetwork.State",
            "LabelledBatch",
            StepParts.Constants(stage.Batch, stage.Microbatch, stage.Rate),
            From: null,
            Labelled(plan, stage.Batch, stage.Augment),
            [],
            [("Tensor", "x"), ("Tensor", "labels")],
            [
                FrozenParts.Inferred(stage) ? "var (logits, next) = Forward(p, s, x);" : Logits(plan, "FinetunedNetwork"),
                $"var loss = {StepParts.CrossEntropy(stage.LabelSmoothing)};",
            ],
            $"new(loss, (next, new(loss.detach(), {Accuracy})))",
            "Cross-entropy of the labels.",
            StepParts.Rate(stage.Rate.Schedule),
            StepParts.Update(stage.Optimizer),
            [
                writer => EmitBegin(writer, plan, stage),
                .. FrozenParts.Inferred(stage)
                    ? [writer => FrozenParts.EmitForward(writer, plan, stage)]
                    : Array.Empty<Action<CodeWriter>>(),
            ]
        )
        {
            Frozen = FrozenParts.Paths(stage),
            Part = stage.Microbatch is null ? null : ["part.X", "part.Labels"],
            Prepared = plan.Data.StaysEncoded ? [("batch", StepParts.Crops(stage.Augment, "key"))] : [],
        };

    public static StepModel LabelOnly(Plan plan, LabelOnlyPlan stage) =>
        new(
            "LabelOnlyStep",
            $"The label-only baseline: {stage.Rate.TotalSteps.Value} steps from scratch on {stage.Labels} labelled images.",
            "LabelOnlyNetwork.Params",
            "LabelOnlyNetwork.State",
            "LabelledBatch",
            [
                .. StepParts.Batch(stage.Batch, stage.Microbatch),
                StepParts.Constant("int", "TotalSteps", $"{stage.Rate.TotalSteps.Value}", stage.Rate.TotalSteps.From),
                .. stage.Rate.WarmupSteps is { Value: > 0 } warmup
                    ? [StepParts.Constant("int", "WarmupSteps", $"{warmup.Value}", warmup.From)]
                    : Array.Empty<string>(),
                StepParts.Constant("int", "EvaluateEvery", $"{stage.EvaluateEvery}"),
            ],
            From: new("double", "peakRate", "one of the learning rates that are tried", OfRate: true),
            Labelled(plan, stage.Batch, stage.Augment),
            [],
            [("Tensor", "x"), ("Tensor", "labels")],
            [Logits(plan, "LabelOnlyNetwork"), $"var loss = {StepParts.CrossEntropy(stage.LabelSmoothing)};"],
            $"new(loss, (next, new(loss.detach(), {Accuracy})))",
            "Cross-entropy of the labels.",
            StepParts.RateFrom(stage.Rate, "peakRate"),
            StepParts.Update(stage.Optimizer),
            []
        )
        {
            Part = stage.Microbatch is null ? null : ["part.X", "part.Labels"],
            Prepared = plan.Data.StaysEncoded ? [("batch", StepParts.Crops(stage.Augment, "key"))] : [],
        };

    public static StepModel Linear(Plan plan, LinearPlan stage) =>
        new(
            "LinearStep",
            $"Linear evaluation: {stage.Epochs} epochs of {plan.Data.Bank} images under the frozen encoder.",
            "Dense.Params",
            "NoState",
            stage.Augment is null ? "FeatureBatch" : "LabelledBatch",
            StepParts.Constants(stage.Batch, microbatch: null, stage.Rate),
            From: stage.Augment is null ? null : new("Frozen", "encoder", "a frozen encoder"),
            stage.Augment is { } augment
                ? Labelled(plan, stage.Batch, augment)
                : new([], [("h", "batch.Values", $"[{stage.Batch}, {plan.Encoder.Features}]"), Labels("batch", stage.Batch)]),
            stage.Augment is null ? [] : ["var h = encoder.Infer(x);"],
            [("Tensor", "h"), ("Tensor", "labels")],
            [
                $"var logits = Dense.Forward(p, h); // [{stage.Batch}, {plan.Data.Classes}]",
                "var loss = Classification.CrossEntropy(logits, labels);",
            ],
            $"new(loss, (s, new(loss.detach(), {Accuracy})))",
            "Cross-entropy of the labels.",
            StepParts.Rate(stage.Rate.Schedule),
            StepParts.Update(stage.Optimizer),
            []
        )
        {
            Prepared = plan.Data.StaysEncoded && stage.Augment is { } cropped ? [("batch", StepParts.Crops(cropped, "key"))] : [],
        };

    public static StepModel SelfDistill(Plan plan, DistillPlan stage) =>
        Taught("SelfDistillStep", "Self-distillation", "SelfDistilledNetwork", plan, stage);

    public static StepModel Distill(Plan plan, DistillPlan stage) => Taught("DistillStep", "Distillation", "StudentNetwork", plan, stage);

    private static StepModel Taught(string name, string title, string network, Plan plan, DistillPlan stage)
    {
        var mixed = stage.LabelBatch > 0;
        var labelled = stage.Images == DistillImages.Labelled;
        var images = mixed ? "batch.Unlabelled" : "batch";
        return new(
            name,
            $"{title} (Eq. {(stage.UsesLabels ? 3 : 2)}): {stage.Epochs} epochs of {(labelled ? $"{plan.Data.Labels} labelled" : $"{plan.Data.Unlabelled} unlabelled")} images.",
            $"{network}.Params",
            $"{network}.State",
            mixed ? "MixedBatch"
                : labelled ? "LabelledBatch"
                : "UnlabelledBatch",
            StepParts.Constants(stage.Batch, stage.Microbatch, stage.Rate),
            From: new("Frozen", "teacher", "a frozen teacher"),
            mixed
                    ? new(
                        [
                            Images(stage.Augment, images, "key.At(0)"),
                            Images(stage.Augment, "batch.Labelled", "key.At(1)", name: "labelled"),
                        ],
                        [
                            ("x", "x", Shape(plan, stage.Batch)),
                            ("labelled", "labelled", Shape(plan, stage.LabelBatch)),
                            Labels("batch.Labelled", stage.LabelBatch),
                        ]
                    )
                : stage.UsesLabels ? Labelled(plan, stage.Batch, stage.Augment)
                : new([Images(stage.Augment, images)], [("x", "x", Shape(plan, stage.Batch))]),
            ["var target = teacher.Infer(x);"],
            [
                ("Tensor", "x"),
                ("Tensor", "target"),
                .. mixed ? [("Tensor", "labelled")] : Array.Empty<(string, string)>(),
                .. stage.UsesLabels ? [("Tensor", "labels")] : Array.Empty<(string, string)>(),
            ],
            mixed ? MixedLoss(plan, network, stage)
                : stage.UsesLabels ? BothLosses(plan, network, stage)
                : PlainLoss(plan, network, stage),
            "new(loss, (next, new(loss.detach(), Classification.Agreement(logits, target))))",
            stage.UsesLabels
                ? "Eq. 3: cross-entropy of the labels and of the teacher's softened answers."
                : "Eq. 2: cross-entropy of the teacher's softened answers.",
            StepParts.Rate(stage.Rate.Schedule),
            StepParts.Update(stage.Optimizer),
            []
        )
        {
            Part = stage.Microbatch is null
                ? null
                :
                [
                    "part.X",
                    "teacher.Infer(part.X)",
                    .. mixed ? ["part.Labelled"] : Array.Empty<string>(),
                    .. stage.UsesLabels ? ["part.Labels"] : Array.Empty<string>(),
                ],
            Prepared =
                !plan.Data.StaysEncoded ? []
                : mixed
                    ?
                    [
                        ("batch.Unlabelled", StepParts.Crops(stage.Augment, "key.At(0)")),
                        ("batch.Labelled", StepParts.Crops(stage.Augment, "key.At(1)")),
                    ]
                : [("batch", StepParts.Crops(stage.Augment, "key"))],
        };
    }

    private static IReadOnlyList<string> PlainLoss(Plan plan, string network, DistillPlan stage) =>
        [Logits(plan, network), $"var loss = {Distillation(stage)};"];

    // The notebook's factor keeps the gradient's size when the temperature changes; Eq. 2 has none.
    private static string Distillation(DistillPlan stage) =>
        $"Classification.Distillation(logits, target, temperature: {Literal.Of(stage.Temperature)})"
        + (stage.TemperatureSquared ? $" * {Literal.Of(Numbers.Rounded(stage.Temperature * stage.Temperature))}" : "");

    // One pass over both kinds of images, so that batch norm sees them together.
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
            Weighed(stage),
        ];
    }

    // Both losses of the same images.
    private static IReadOnlyList<string> BothLosses(Plan plan, string network, DistillPlan stage) =>
        [
            Logits(plan, network),
            $"var distillation = {Distillation(stage)};",
            "var supervised = Classification.CrossEntropy(logits, labels);",
            Weighed(stage),
        ];

    private static string Weighed(DistillPlan stage) =>
        $"var loss = (supervised * {Literal.Of(Numbers.Rounded(1 - stage.Alpha))}) + (distillation * {Literal.Of(stage.Alpha)});";

    private static string Logits(Plan plan, string network) => $"var (logits, next) = {network}.Forward(p, s, x, {StepParts.Phase(plan)});";

    private static Input Labelled(Plan plan, int batch, Sequence<AugmentOp> ops) =>
        new([Images(ops, "batch")], [("x", "x", Shape(plan, batch)), Labels("batch", batch)]);

    private static (string Name, string Value, string Words) Labels(string batch, int count) =>
        ("labels", $"{batch}.Labels", $"int64 [{count}]");

    private static string Shape(Plan plan, int images) => Names.Images(plan.Data.Channels, plan.Data.Side, $"{images}");

    // Broken, if it must be, at the calls, as the formatter does: "batch", then ".Labelled.Images.RandomCrop(...)".
    private static Statement Images(Sequence<AugmentOp> ops, string batch, string key = "key", string name = "x")
    {
        var calls = StepParts.Supervised(ops, key);
        string[] lines = [$"{batch}.Images{calls[0]}", .. calls.Skip(1), $".ForNetwork({batch}.Compute);"];
        return new(
            $"var {name} = {string.Concat(lines)}",
            [$"var {name} = batch", $"    {lines[0].Substring("batch".Length)}", .. lines.Skip(1).Select(static line => $"    {line}")]
        );
    }

    private static void EmitBegin(CodeWriter writer, Plan plan, FinetunePlan stage)
    {
        var layers = Enumerable.Range(1, stage.FromHeadLayer).ToArray();
        var carries = OptimizerParts.Carries(stage.Optimizer);
        writer.Summary("What fine-tuning starts from: the pretrained network up to the layer it is cut at, and a classifier of zeros.");
        using (
            writer.Block(
                $"public static Network<FinetunedNetwork.Params, {(carries ? "Carried" : "FinetunedNetwork.State")}> Begin(",
                ["Pretrained<ContrastiveNetwork.Params, ContrastiveNetwork.State> from"]
            )
        )
        {
            writer.Line(
                $"var classifier = Dense.Zeros(inputs: {plan.Pretrain!.Head.WidthAfter(stage.FromHeadLayer)}, classes: {plan.Data.Classes});"
            );
            writer.Separated(
                "var parameters = new FinetunedNetwork.Params(",
                ["from.Params.Encoder", .. layers.Select(static i => $"from.Params.Head.Layer{i}"), "classifier"],
                ");"
            );
            writer.Separated(
                "var statistics = new FinetunedNetwork.State(",
                ["from.State.Encoder", .. layers.Select(static i => $"from.State.Head.Layer{i}")],
                ");"
            );
            writer.Line($"return new(parameters, {(carries ? "Carry(parameters, statistics)" : "statistics")});");
        }
    }

    private static string Layer(int layer) => layer == 0 ? "the encoder's output" : $"layer {layer} of the head";
}
