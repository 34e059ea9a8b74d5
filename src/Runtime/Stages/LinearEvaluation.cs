using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Stages;

/// <summary>A linear classifier on the features of the frozen encoder (§3.3).</summary>
public abstract class LinearEvaluation : MeasuringStage
{
    private readonly FrozenNetwork encoder;
    private readonly Func<Dense.Params> init;

    private LinearEvaluation(FrozenNetwork encoder, Func<Dense.Params> init) => (this.encoder, this.init) = (encoder, init);

    /// <inheritdoc/>
    public override string Name => StageNames.Linear;

    /// <summary>On features that are computed once, of images without augmentation.</summary>
    /// <param name="encoder">Gives the features.</param>
    /// <param name="init">The classifier before training.</param>
    /// <param name="step">The step.</param>
    public static LinearEvaluation OnFeatures(
        FrozenNetwork encoder,
        Func<Dense.Params> init,
        Step<Dense.Params, NoState, FeatureBatch> step
    ) => new Once(encoder, init, step);

    /// <summary>On the features of augmented images, which are computed in every step.</summary>
    /// <param name="encoder">Gives the features.</param>
    /// <param name="init">The classifier before training.</param>
    /// <param name="step">The step with a frozen encoder.</param>
    /// <param name="views">How the step augments images, for the protocol of the result: "crop and flip".</param>
    public static LinearEvaluation OnViews(
        FrozenNetwork encoder,
        Func<Dense.Params> init,
        Func<Frozen, Step<Dense.Params, NoState, LabelledBatch>> step,
        string views
    ) => new Augmented(encoder, init, step, views);

    private RunState Measured<TBatch>(
        Step<Dense.Params, NoState, TBatch> step,
        Func<int, TBatch> batches,
        string how,
        RunState state,
        StageContext context
    )
    {
        var data = context.Data;
        var info = new StageInfo(Name, data.Bank.Count, step.Batch, step.Total);
        var start = Network.Of(init(), NoState.Value).To(context.Options.Device).Begin();
        var training = new PreparedTraining<Dense.Params, NoState, TBatch>(info, start, step, batches);
        var (probe, _) = StageTraining.TakeAll(training, context);
        var (test, next) = FrozenFeatures.Of(encoder, data.Test, Name, state, context);
        using var scope = NewDisposeScope();
        var logits = Dense.Forward(probe.Params, test.Values);
        Soundness.Require(info, info.TotalSteps, logits, StageTraining.MeasuredImages);
        var protocol = $"labels of {data.Bank.Count} images, frozen encoder, {how}, last step";
        return next.With(Name, context.Result("linear", Accuracy.Of(logits, test.Labels), protocol, data));
    }

    private sealed class Once(FrozenNetwork encoder, Func<Dense.Params> init, Step<Dense.Params, NoState, FeatureBatch> step)
        : LinearEvaluation(encoder, init)
    {
        private protected override RunState Measure(RunState state, StageContext context)
        {
            var (train, next) = FrozenFeatures.Of(encoder, context.Data.Bank, Name, state, context);
            return Measured(step, FeatureBatches.Of(train, step.Batch, context.OrderKey(Name)), "features computed once", next, context);
        }
    }

    private sealed class Augmented(
        FrozenNetwork encoder,
        Func<Dense.Params> init,
        Func<Frozen, Step<Dense.Params, NoState, LabelledBatch>> stepOf,
        string views
    ) : LinearEvaluation(encoder, init)
    {
        private protected override RunState Measure(RunState state, StageContext context)
        {
            var step = stepOf(encoder.Of(state));
            return Measured(step, context.LabelledBatches(Name, context.Data.Bank, step.Batch), views, state, context);
        }
    }
}
