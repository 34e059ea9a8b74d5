using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>Rules about stages: what they build on, and whether batches, warm-ups and layers fit.</summary>
internal static class StageRules
{
    public static IEnumerable<Violation> Check(Spec spec, DataPlan data) =>
        Order(spec)
            .Concat(Trainings(spec, data).SelectMany(static training => Check(training)))
            .Concat(spec.Pretrain is { } pretrain ? MemoryRules.Check(pretrain, data.Source) : [])
            .Concat(LinearOptimizer(spec))
            .Concat(OnlineLinear(spec, data))
            .Concat(HeadLayer(spec))
            .Concat(Frozen(spec, data))
            .Concat(StudentClasses(spec, data))
            .Concat(Neighbours(spec, data))
            .Concat(SupervisedLabels(spec, data))
            .Concat(LearningRates(spec))
            .Concat(MeasuredOn(spec))
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

    /// <summary>One training of an experiment, with what its batches are drawn from.</summary>
    private sealed record Training(string Path, int Batch, int Images, string ImagesName, double Epochs, OptimizerSpec Optimizer)
    {
        public int? Microbatch { get; init; }

        /// <summary>Labelled images of a step, where they lie beside the others.</summary>
        public int LabelBatch { get; init; }
    }

    private static IEnumerable<Training> Trainings(Spec spec, DataPlan data)
    {
        const string Unlabelled = "unlabelled images";
        const string Labelled = "labelled images";
        if (spec.Pretrain is { } pretrain)
        {
            yield return new("pretrain", pretrain.Batch, data.Unlabelled, Unlabelled, pretrain.Epochs, pretrain.Optimizer)
            {
                Microbatch = pretrain.Microbatch,
            };
        }

        if (spec.Evaluate?.Linear is { } linear)
        {
            var batch = StagePlanner.Batch(linear, data);
            var named = data.TrainLabels is null ? Unlabelled : "unlabelled images whose label is known";
            yield return new("evaluate.linear", batch, data.Bank, named, linear.Epochs, linear.Optimizer);
        }

        if (spec.Evaluate?.Supervised is { } supervised)
        {
            var labels = StagePlanner.SupervisedLabels(supervised, data);
            var batch = StagePlanner.Batch(supervised, labels);
            var epochs = supervised.Epochs ?? EpochsOf(supervised.Steps ?? StagePlanner.SupervisedSteps, labels, batch);
            yield return new("evaluate.supervised", batch, labels, Labelled, epochs, supervised.Optimizer)
            {
                Microbatch = supervised.Microbatch,
            };
        }

        if (spec.Finetune is { } finetune)
        {
            var (batch, epochs) = (StagePlanner.Batch(finetune, data), StagePlanner.FinetuneEpochs(finetune, data));
            yield return new("finetune", batch, data.Labels, Labelled, epochs, finetune.Optimizer) { Microbatch = finetune.Microbatch };
        }

        if (spec.SelfDistill is { } self)
        {
            var batch = StagePlanner.Batch(self, data);
            yield return new("self_distill", batch, data.Unlabelled, Unlabelled, self.Epochs, self.Optimizer)
            {
                Microbatch = self.Microbatch,
                LabelBatch = StagePlanner.LabelBatch(DistillImages.All, self.Alpha, batch, data),
            };
        }

        if (spec.Distill is { } distill)
        {
            var batch = StagePlanner.Batch(distill, data);
            var named = distill.Images == DistillImages.All ? Unlabelled : Labelled;
            yield return new("distill", batch, StagePlanner.Images(distill.Images, data), named, distill.Epochs, distill.Optimizer)
            {
                Microbatch = distill.Microbatch,
                LabelBatch = StagePlanner.LabelBatch(distill.Images, distill.Alpha, batch, data),
            };
        }
    }

    // A training that is given in steps goes over its images so many times; to a hundredth, as messages say it.
    private static double EpochsOf(int steps, int images, int batch) => images == 0 ? 0 : Math.Floor(100.0 * steps * batch / images) / 100;

    private static IEnumerable<Violation> Check(Training training)
    {
        var path = training.Path;
        // Without any image the count itself is the error.
        if (training.Batch > training.Images && training.Images > 0)
        {
            yield return SpecErrors.BatchSize.Broken($"{path}.batch", training.Batch, training.Images, training.ImagesName);
        }

        foreach (var violation in Microbatches(training))
        {
            yield return violation;
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

        var steps = Math.Floor((double)training.Images * training.Epochs / training.Batch) + 1;
        if (steps > int.MaxValue)
        {
            yield return SpecErrors.TooManySteps.Broken($"{path}.epochs", training.Epochs, steps, int.MaxValue);
        }
    }

    private static IEnumerable<string> Given(OptimizerSpec spec) =>
        new (string Name, object? Settings)[] { ("lars", spec.Lars), ("sgd", spec.Sgd), ("adam", spec.Adam) }
            .Where(static optimizer => optimizer.Settings is not null)
            .Select(static optimizer => optimizer.Name);

    // All that a step has falls into so many parts: its images, and the labelled ones beside them.
    private static IEnumerable<Violation> Microbatches(Training training)
    {
        var (batch, labels) = (training.Batch, training.LabelBatch);
        if (training.Microbatch is not { } images || batch == 0 || (batch % images == 0 && labels % (batch / images) == 0))
        {
            return [];
        }

        var fitting = Divisors(batch).Where(n => n >= 2 && labels % (batch / n) == 0).OrderBy(static n => n).ToArray();
        var path = $"{training.Path}.microbatch";
        return batch % images == 0
            ? [SpecErrors.LabelledMicrobatches.Broken(path, images, batch / images, labels, Nearest(images, fitting))]
            : [SpecErrors.Microbatches.Broken(path, images, batch, Nearest(images, fitting))];
    }

    private static IEnumerable<int> Divisors(int number) =>
        Enumerable.Range(1, (int)Math.Sqrt(number)).Where(n => number % n == 0).SelectMany(n => new[] { n, number / n }).Distinct();

    // The next ones below and above; of one image there are no statistics.
    private static string Nearest(int to, int[] choices) =>
        string.Join(" or ", choices.Where(choice => choice < to).Reverse().Take(1).Concat(choices.Where(choice => choice > to).Take(1)));

    // The classifier of linear evaluation carries nothing but its momentum.
    private static IEnumerable<Violation> LinearOptimizer(Spec spec) =>
        spec.Evaluate?.Linear?.Optimizer is not { } optimizer ? []
        : optimizer.Adam is not null ? [SpecErrors.LinearOptimizer.Broken("evaluate.linear.optimizer.adam", "'sgd' or 'lars'")]
        : optimizer.Average is not null ? [SpecErrors.LinearOptimizer.Broken("evaluate.linear.optimizer.average", "the last weights")]
        : [];

    private static IEnumerable<Violation> OnlineLinear(Spec spec, DataPlan data)
    {
        if (spec.Pretrain is { OnlineLinear: not null } && data.TrainLabels is { } labels)
        {
            yield return SpecErrors.OnlineLabels.Broken("pretrain.online_linear", labels, data.TrainImages);
        }

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
        spec.Evaluate?.Knn is { } knn && knn.K > data.Bank && data.Bank > 0
            ? [SpecErrors.Neighbours.Broken("evaluate.knn.k", knn.K, data.Bank)]
            : [];

    private static IEnumerable<Violation> SupervisedLabels(Spec spec, DataPlan data) =>
        spec.Evaluate?.Supervised?.Labels is { } labels ? DataRules.CheckLabels("evaluate.supervised.labels", labels, data) : [];

    private static IEnumerable<Violation> LearningRates(Spec spec) =>
        spec.Evaluate?.Supervised is { LearningRates.Count: 0 } ? [SpecErrors.EmptyList.Broken("evaluate.supervised.learning_rates")] : [];

    private static IEnumerable<Violation> MeasuredOn(Spec spec) =>
        spec is { Evaluate.On: EvaluateOn.Validation, Data.Validation: null or { Value: 0 } }
            ? [SpecErrors.NoValidation.Broken("evaluate.on")]
            : [];

    private static IEnumerable<Violation> Evaluations(Spec spec) =>
        spec.Evaluate?.Supervised is not { } supervised ? []
        : supervised is { Epochs: not null, Steps: not null } ? [SpecErrors.StepsOrEpochs.Broken("evaluate.supervised.steps")]
        : supervised is { Epochs: null, EvaluateEvery: { } every, Steps: var steps } && every > (steps ?? StagePlanner.SupervisedSteps)
            ? [SpecErrors.Evaluations.Broken("evaluate.supervised.evaluate_every", every, steps ?? StagePlanner.SupervisedSteps)]
        : [];
}
