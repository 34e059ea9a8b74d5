using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Training;

namespace SimClrDsl.Runtime.Stages;

/// <summary>Says when a training begins to go wrong, once for each kind of trouble, and writes it down in the folder of the run.</summary>
internal sealed class StageWarnings
{
    private readonly StageInfo info;
    private readonly StageContext context;
    private readonly HashSet<string> said;

    private StageWarnings(StageInfo info, StageContext context, HashSet<string> said) =>
        (this.info, this.context, this.said) = (info, context, said);

    /// <summary>Those of a stage that begins, or that goes on: it does not repeat what it has said.</summary>
    internal static StageWarnings Of(StageInfo info, StageContext context) =>
        new(info, context, [.. context.Log?.Warnings(info.Stage).Select(static warning => warning.Kind) ?? []]);

    /// <summary>Looks at the newest point of the curves.</summary>
    internal void Look(IReadOnlyList<CurvePoint> curve) =>
        Say(TrainingSigns.Of([.. curve.Select(static point => point.Metrics)], context.Options.GuessLoss, info.Batch));

    /// <summary>Looks at what the network gives for images set aside.</summary>
    internal void Look(OnlinePoint point) => Say(TrainingSigns.Of(point));

    /// <summary>Writes down that the training has diverged; the error that ends the run says it.</summary>
    internal void Write(DivergedException diverged, int step) =>
        context.Log?.Append(new TrainingWarning(info.Stage, step, TrainingWarning.Divergence, $"ended: {diverged.What}"));

    private void Say(TrainingWarning? warning)
    {
        if (warning is null || !context.Options.ShowsNumbers || !said.Add(warning.Kind))
        {
            return;
        }

        context.Log?.Append(warning);
        context.Progress.Note(FormattableString.Invariant($"{info.Stage}, step {warning.Step}: warning: {warning.Text}."));
    }
}
