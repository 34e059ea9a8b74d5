using LanguageExt;
using SimClrDsl.Cli.Printing;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Cli.Running;

/// <summary>Refuses what cannot fit into the memory of this machine, before anything is trained.</summary>
internal static class MemoryCheck
{
    // The plan counts the output of each convolution before and after its batch norm, in float32. In bf16 that is half, kernels keep only
    // the first of the two, and something less is surely true.
    private const double LeastActivations = 0.22;

    // Weights and momentum stay. Of the gradients there are only a few at a time.
    private const double LeastState = 2.0 / 3;

    // An estimate from measured steps may be too large by so much (docs/estimates.md), and a run that fits must not be refused.
    private const double Surely = 0.85;

    /// <summary>The least memory that a step of a stage can take, whatever it computes in.</summary>
    public static double LeastBytes(StageCost cost) => (LeastState * cost.StateBytes) + (LeastActivations * cost.ActivationBytes);

    /// <summary>A plan whose stages may fit into the memory that there is: none needs more by the least that it can take.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="available">Bytes that there are.</param>
    /// <returns>The plan; or that a stage does not fit, and which microbatch would.</returns>
    public static Either<InputError, Plan> Fitting(Plan plan, double available) =>
        StageCost.Of(plan).FirstOrDefault(cost => LeastBytes(cost) > available) is { } cost
            ? TooLarge(plan, cost, LeastBytes(cost), available)
            : plan;

    /// <summary>Estimates whose stages fit into the memory that there is.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="stages">What its stages were estimated to take.</param>
    /// <param name="available">Bytes that there are.</param>
    /// <returns>The estimates; or that a stage does not fit, and which microbatch would.</returns>
    public static Either<InputError, IReadOnlyList<StageEstimate>> Fitting(
        Plan plan,
        IReadOnlyList<StageEstimate> stages,
        double available
    ) =>
        stages.FirstOrDefault(stage => Surely * stage.Bytes > available) is { } stage
            ? TooLarge(plan, StageCost.Of(plan).Single(cost => cost.Stage == stage.Stage), stage.Bytes, available)
            : stages.ToList();

    // The largest microbatch, of halves of the batch, whose plan needs so much less that it fits.
    private static InputError TooLarge(Plan plan, StageCost cost, double needed, double available)
    {
        var key = StageNames.KeyOf(cost.Stage);
        var fitting = Halves(plan.Training(cost.Stage)!.Batch).Cast<int?>().FirstOrDefault(micro => Needed(micro!.Value) <= available);
        var advice = fitting is { } found
            ? $"--set {key}.microbatch={found} fits"
            : "no microbatch makes it fit: take a narrower or shallower network, or smaller images";
        return new(
            $"{cost.Stage} needs about {EstimateText.Memory(needed)} of memory, and {EstimateText.Memory(available)} are available: {advice}."
        );

        double Needed(int microbatch) =>
            Parted(plan, key, microbatch) is { } parted
                ? needed * LeastBytes(StageCost.Of(parted).Single(one => one.Stage == cost.Stage)) / LeastBytes(cost)
                : double.MaxValue;
    }

    private static IEnumerable<int> Halves(int batch)
    {
        for (var part = batch; part > 2 && part % 2 == 0; )
        {
            part /= 2;
            yield return part;
        }
    }

    // The same plan with microbatches in a stage; null where the stage has none, or none of this size.
    private static Plan? Parted(Plan plan, string key, int microbatch) =>
        SpecSettings.Parse($"{key}.microbatch={microbatch}") is ({ } setting, { Count: 0 })
            ? SweepReader
                .ReadYaml(plan.Name, SpecWriter.Write(plan.Spec), [setting])
                .Match<Plan?>(Succ: static sweep => Plan.Of(sweep.Cells[0].Spec), Fail: static _ => null)
            : null;
}
