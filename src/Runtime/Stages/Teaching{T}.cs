using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;

namespace SimClrDsl.Runtime.Stages;

/// <summary>What a stage that teaches calls itself and its student.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="Title">The title of its result.</param>
/// <param name="Role">What its student is.</param>
internal sealed record StudentWords(string Stage, string Title, string Role);

/// <summary>The batches that a student is taught with.</summary>
/// <param name="Of">Given the stage's name, the context and the images per step, returns a function from the step's number to its batch.</param>
/// <param name="Images">Number of images of an epoch.</param>
/// <param name="Kind">What they are: labelled or unlabelled.</param>
internal sealed record TeachingBatches<TBatch>(
    Func<string, StageContext, int, Func<int, TBatch>> Of,
    Func<ExperimentData, int> Images,
    string Kind
);

internal static class TeachingBatches
{
    public static TeachingBatches<UnlabelledBatch> Unlabelled() =>
        new(
            static (stage, context, batch) => context.UnlabelledBatches(stage, context.Data.Unlabelled, batch),
            static data => data.Unlabelled.Count,
            "unlabelled"
        );

    public static TeachingBatches<MixedBatch> Mixed(int labelBatch) =>
        new(
            (stage, context, batch) =>
                Loaders.Mixed(
                    context.UnlabelledBatches(stage, context.Data.Unlabelled, batch),
                    context.LabelledBatchesBeside(stage, labelBatch)
                ),
            static data => data.Unlabelled.Count,
            "unlabelled"
        );

    public static TeachingBatches<LabelledBatch> Labelled() =>
        new(
            static (stage, context, batch) => context.LabelledBatches(stage, context.Data.Labelled, batch),
            static data => data.Labelled.Count,
            "labelled"
        );
}

internal sealed class Teaching<TStage, TParams, TState, TCarried, TBatch>(
    StudentWords words,
    FrozenNetwork teacher,
    Trainee<TParams, TState, TCarried> student,
    Func<Frozen, Step<TParams, TCarried, TBatch>> stepOf,
    TeachingBatches<TBatch> batches
) : TrainingStage<TStage, TParams, TState, TCarried, TBatch>(student)
    where TParams : class, ITree<TParams>
    where TState : class, ITree<TState>
    where TCarried : class, ITree<TCarried>
{
    public override string Name => words.Stage;

    private protected override PreparedTraining<TParams, TCarried, TBatch> Prepare(RunState state, StageContext context)
    {
        var step = stepOf(teacher.Of(state));
        return new(
            new(Name, batches.Images(context.Data), step.Batch, step.Total),
            StageTraining.Begin(() => Fresh(context)),
            step,
            batches.Of(Name, context, step.Batch)
        );
    }

    private protected override (Network<TParams, TCarried> Network, RunState Next) Train(
        PreparedTraining<TParams, TCarried, TBatch> training,
        RunState state,
        StageContext context
    )
    {
        var info = training.Info;
        var (trained, _) = StageTraining.TakeAll(training, context);
        var row = context.Result(
            words.Title,
            StageTraining.Measured(info, x => Trainee.Infer(trained.Params, trained.State, x), context.Data.Test, context),
            $"{words.Role}, {info.Images} {batches.Kind} images, {info.TotalSteps} steps, last step",
            context.Data
        );
        return (trained, state.With(Name, row));
    }
}
