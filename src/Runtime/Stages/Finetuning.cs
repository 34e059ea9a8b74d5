using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;

namespace SimClrDsl.Runtime.Stages;

/// <summary>Step 2: fine-tuning on the labelled images, from what pretraining handed over (§2).</summary>
public static class Finetuning
{
    /// <summary>Fine-tuning of a network with what its step carries.</summary>
    /// <param name="pretraining">The stage it goes on from.</param>
    /// <param name="begin">The network before the first step, made of the pretrained one.</param>
    /// <param name="trainee">The network, with what the step carries.</param>
    /// <param name="step">The step.</param>
    public static TrainingStage<FineTuned, TParams, TState> Of<TPretrained, TPretrainedState, TParams, TState, TCarried>(
        TrainingStage<Pretrained, TPretrained, TPretrainedState> pretraining,
        Func<Trained<Pretrained, TPretrained, TPretrainedState>, Network<TParams, TCarried>> begin,
        Trainee<TParams, TState, TCarried> trainee,
        Step<TParams, TCarried, LabelledBatch> step
    )
        where TPretrained : class, ITree<TPretrained>
        where TPretrainedState : class, ITree<TPretrainedState>
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
        where TCarried : class, ITree<TCarried> =>
        new Finetuning<TParams, TState, TCarried>(trainee, state => begin(pretraining.NetworkOf(state)), step);
}

internal sealed class Finetuning<TParams, TState, TCarried>(
    Trainee<TParams, TState, TCarried> trainee,
    Func<RunState, Network<TParams, TCarried>> begin,
    Step<TParams, TCarried, LabelledBatch> step
) : TrainingStage<FineTuned, TParams, TState, TCarried, LabelledBatch>(trainee)
    where TParams : class, ITree<TParams>
    where TState : class, ITree<TState>
    where TCarried : class, ITree<TCarried>
{
    public override string Name => StageNames.Finetune;

    private protected override PreparedTraining<TParams, TCarried, LabelledBatch> Prepare(RunState state, StageContext context)
    {
        var labelled = context.Data.Labelled;
        return new(
            new(Name, labelled.Count, step.Batch, step.Total),
            begin(state).To(context.Options.Device).Begin(),
            step,
            context.LabelledBatches(Name, labelled, step.Batch)
        );
    }

    private protected override (Network<TParams, TCarried> Network, RunState Next) Train(
        PreparedTraining<TParams, TCarried, LabelledBatch> training,
        RunState state,
        StageContext context
    )
    {
        var (data, info) = (context.Data, training.Info);
        var (trained, _) = StageTraining.TakeAll(training, context);
        var row = context.Result(
            "fine-tuned",
            StageTraining.Measured(info, x => Trainee.Infer(trained.Params, trained.State, x), data.Test, context),
            $"{data.Labelled.Count} labels{data.LabelChoiceInWords}, {step.Total} steps, last step",
            data
        );
        return (trained, state.With(Name, row));
    }
}
