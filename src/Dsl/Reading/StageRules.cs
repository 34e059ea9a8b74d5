using SimClrDsl.Planning;

namespace SimClrDsl.Reading;

/// <summary>Rules about stages: what they build on, and whether batches, warm-ups and layers fit.</summary>
internal static class StageRules
{
    public static IEnumerable<Violation> Check(Spec spec, DataPlan data) =>
        Order(spec)
            .Concat(Trainings(spec, data).SelectMany(static training => Check(training)))
            .Concat(spec.Pretrain is { } pretrain ? MemoryRules.Check(pretrain, data.Source) : [])
            .Concat(Microbatch(spec))
            .Concat(LinearOptimizer(spec))
            .Concat(OnlineLinear(spec))
            .Concat(HeadLayer(spec))
            .Concat(Frozen(spec, data))
            .Concat(StudentClasses(spec, data))
            .Concat(Neighbours(spec, data))
            .Concat(SupervisedLabels(spec, data))
            .Concat(LearningRates(spec))
            .Concat(Evaluations(spec));

    private static IEnumerable<Violation> Order(Spec spec) =>
        new[]
        {
            (Given: spec.Evaluate?.Knn is not null, Path: "evaluate.knn", Has: spec.Pretrain is not null, Needs: "pretrain"),
            (Given: spec.Evaluate?.Linear is not null, Path: "evaluate.linear", Has: spec.Pretrain is not null, Needs: "pretrain"),
            (Given: spec.Finetune is not null, Path: "finetune", Has: spec.Pretrain is not null, Needs: "pretrain"),
            (Given: spec.SelfDistill is not null, Path: "self_distill", Has: spec.Finetune is not null, Needs: "finetune"),
            (Given: spec.Distill is not null, Path: "distill", Has: spec.Finetune is not null, Needs: "finetune"),
            (Given: spec.Distill is not null, Path: "distill", Has: spec.Pretrain is not null, Needs: "pretrain"),
        }
            .Where(static stage => stage.Given && !stage.Has)
            .Select(static stage => SpecErrors.StageOrder.Broken(stage.Path, stage.Needs));

    /// <summary>One training of an experiment, with what its batches are drawn from; no batch is the planner's, which always fits.</summary>
    private sealed record Training(string Path, int? Batch, int Images, string ImagesName, int Epochs, OptimizerSpec Optimizer);

    private static IEnumerable<Training> Trainings(Spec spec, DataPlan data)
    {
        if (spec.Pretrain is { } pretrain)
        {
            yield return new("pretrain", pretrain.Batch, data.Unlabelled, "unlabelled images", pretrain.Epochs, pretrain.Optimizer);
        }

        if (spec.Evaluate?.Linear is { } linear)
        {
            yield return new("evaluate.linear", linear.Batch, data.Unlabelled, "unlabelled images", linear.Epochs, linear.Optimizer);
        }

        if (spec.Evaluate?.Supervised is { } supervised)
        {
            yield return new(
                "evaluate.supervised",
                supervised.Batch,
                StagePlanner.SupervisedLabels(supervised, data),
                "labelled images",
                supervised.Epochs ?? int.MaxValue,
                supervised.Optimizer
            );
        }

        if (spec.Finetune is { } finetune)
        {
            yield return new(
                "finetune",
                finetune.Batch,
                data.Labels,
                "labelled images",
                StagePlanner.FinetuneEpochs(finetune, data),
                finetune.Optimizer
            );
        }

        if (spec.SelfDistill is { } self)
        {
            yield return new("self_distill", self.Batch, data.Unlabelled, "unlabelled images", self.Epochs, self.Optimizer);
        }

        if (spec.Distill is { } distill)
        {
            var (images, named) =
                distill.Images == DistillImages.All ? (data.Unlabelled, "unlabelled images") : (data.Labels, "labelled images");
            yield return new("distill", distill.Batch, images, named, distill.Epochs, distill.Optimizer);
        }
    }

    private static IEnumerable<Violation> Check(Training training)
    {
        var path = training.Path;
        // Without any image the count itself is the error.
        if (training.Batch > training.Images && training.Images > 0)
        {
            yield return SpecErrors.BatchSize.Broken($"{path}.batch", training.Batch!, training.Images, training.ImagesName);
        }

        var optimizers = Given(training.Optimizer).ToArray();
        if (optimizers.Length > 1)
        {
            yield return SpecErrors.OneOptimizer.Broken($"{path}.optimizer", optimizers[0], optimizers[1]);
        }

        if (training.Optimizer.Warmup is { } warmup && warmup.Of(training.Epochs) > training.Epochs)
        {
            yield return SpecErrors.WarmupLength.Broken($"{path}.optimizer.warmup", warmup, training.Epochs);
        }
    }

    private static IEnumerable<string> Given(OptimizerSpec spec) =>
        new (string Name, object? Settings)[] { ("lars", spec.Lars), ("sgd", spec.Sgd), ("adam", spec.Adam) }
            .Where(static optimizer => optimizer.Settings is not null)
            .Select(static optimizer => optimizer.Name);

    private static IEnumerable<Violation> Microbatch(Spec spec) =>
        spec.Pretrain is { Microbatch: { } images, Batch: var batch } && batch % images != 0
            ? [SpecErrors.Microbatches.Broken("pretrain.microbatch", images, batch, string.Join(" or ", Divisors(images, batch)))]
            : [];

    // The next ones below and above; of one image there are no statistics.
    private static IEnumerable<int> Divisors(int near, int batch)
    {
        var all = Enumerable.Range(2, batch - 1).Where(images => batch % images == 0).ToArray();
        return all.Where(images => images < near).Reverse().Take(1).Concat(all.Where(images => images > near).Take(1));
    }

    // The classifier of linear evaluation carries nothing but its momentum.
    private static IEnumerable<Violation> LinearOptimizer(Spec spec) =>
        spec.Evaluate?.Linear?.Optimizer is not { } optimizer ? []
        : optimizer.Adam is not null ? [SpecErrors.LinearOptimizer.Broken("evaluate.linear.optimizer.adam", "'sgd' or 'lars'")]
        : optimizer.Average is not null ? [SpecErrors.LinearOptimizer.Broken("evaluate.linear.optimizer.average", "the last weights")]
        : [];

    private static IEnumerable<Violation> OnlineLinear(Spec spec)
    {
        if (spec.Pretrain is { OnlineLinear.FromHeadLayer: var layer, Head.Layers: var layers } && layer > layers)
        {
            yield return SpecErrors.HeadLayer.Broken("pretrain.online_linear.from_head_layer", layer, layers);
        }

        if (spec.Pretrain is { OnlineLinear: not null, Optimizer.Adam: not null })
        {
            yield return SpecErrors.OnlineOptimizer.Broken("pretrain.online_linear");
        }
    }

    private static IEnumerable<Violation> HeadLayer(Spec spec) =>
        spec is { Finetune.FromHeadLayer: { } layer, Pretrain.Head.Layers: var layers } && layer > layers
            ? [SpecErrors.HeadLayer.Broken("finetune.from_head_layer", layer, layers)]
            : [];

    private static IEnumerable<Violation> Frozen(Spec spec, DataPlan data)
    {
        if (spec.Finetune is not { } finetune)
        {
            yield break;
        }

        if (finetune is { FrozenBatchNorm: not null, Freeze: Freeze.None })
        {
            yield return SpecErrors.NothingFrozen.Broken("finetune.frozen_batch_norm");
        }

        if (finetune is { FrozenBatchNorm: FrozenBatchNorm.Update, Freeze: Freeze.Encoder })
        {
            yield return SpecErrors.FrozenEncoder.Broken("finetune.frozen_batch_norm");
        }

        if (finetune.FreezeHead && StagePlanner.FromHeadLayer(finetune, data, spec.Pretrain?.Head) == 0)
        {
            yield return SpecErrors.NoHeadToFreeze.Broken("finetune.freeze_head");
        }
    }

    private static IEnumerable<Violation> StudentClasses(Spec spec, DataPlan data) =>
        spec.Distill?.Student.Classes is { } classes && classes != data.Classes
            ? [SpecErrors.StudentClasses.Broken("distill.student.classes", classes, data.Classes)]
            : [];

    private static IEnumerable<Violation> Neighbours(Spec spec, DataPlan data) =>
        spec.Evaluate?.Knn is { } knn && knn.K > data.Unlabelled && data.Unlabelled > 0
            ? [SpecErrors.Neighbours.Broken("evaluate.knn.k", knn.K, data.Unlabelled)]
            : [];

    private static IEnumerable<Violation> SupervisedLabels(Spec spec, DataPlan data) =>
        spec.Evaluate?.Supervised?.Labels is { } labels ? DataRules.CheckLabels("evaluate.supervised.labels", labels, data) : [];

    private static IEnumerable<Violation> LearningRates(Spec spec) =>
        spec.Evaluate?.Supervised is { LearningRates.Count: 0 } ? [SpecErrors.EmptyList.Broken("evaluate.supervised.learning_rates")] : [];

    private static IEnumerable<Violation> Evaluations(Spec spec) =>
        spec.Evaluate?.Supervised is not { } supervised ? []
        : supervised is { Epochs: not null, Steps: not null } ? [SpecErrors.StepsOrEpochs.Broken("evaluate.supervised.steps")]
        : supervised is { Epochs: null, EvaluateEvery: { } every, Steps: var steps } && every > (steps ?? StagePlanner.SupervisedSteps)
            ? [SpecErrors.Evaluations.Broken("evaluate.supervised.evaluate_every", every, steps ?? StagePlanner.SupervisedSteps)]
        : [];
}
