using System.Text.Json;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Tensors;
using TorchSharp;

namespace SimClrDsl.Runtime.Stages;

/// <summary>The accuracy of the label-only baseline after some steps with one of its learning rates.</summary>
internal sealed record RateEvaluation(double Rate, int Step, Accuracy Accuracy);

/// <summary>A learning rate with which the baseline's training diverged.</summary>
internal sealed record DivergedRate(double Rate, string Reason);

/// <summary>An evaluation that may be the one that counts, with a copy of its network.</summary>
internal sealed record Candidate<TParams, TCarried>(RateEvaluation Evaluation, Network<TParams, TCarried> Network)
    where TParams : class, ITree<TParams>
    where TCarried : class, ITree<TCarried>;

/// <summary>Where the label-only baseline stands between two evaluations. Its checkpoints hold it, so that it can be taken up.</summary>
/// <param name="Rate">Index of the learning rate under way.</param>
/// <param name="Evaluated">Step of the rate's last evaluation; 0 before the first.</param>
/// <param name="Course">The rate's evaluations, for people.</param>
/// <param name="Diverged">The rates before at which training diverged.</param>
/// <param name="Best">The best evaluation of the rates before; null where there is none.</param>
/// <param name="BestOfRate">The best evaluation of this rate; null before the first.</param>
internal sealed record LabelOnlyStanding<TParams, TCarried>(
    int Rate,
    int Evaluated,
    IReadOnlyList<string> Course,
    IReadOnlyList<DivergedRate> Diverged,
    Candidate<TParams, TCarried>? Best,
    Candidate<TParams, TCarried>? BestOfRate
)
    where TParams : class, ITree<TParams>
    where TCarried : class, ITree<TCarried>
{
    private const string BestName = "best";
    private const string BestOfRateName = "best_of_rate";

    private static LabelOnlyStanding<TParams, TCarried> Start { get; } = new(0, 0, [], [], Best: null, BestOfRate: null);

    /// <summary>The standing that a checkpoint holds, or the one before the first step.</summary>
    /// <param name="found">The checkpoint; null where there is none.</param>
    /// <param name="fresh">A network of the right shapes, which is filled.</param>
    internal static LabelOnlyStanding<TParams, TCarried> Of(UnfinishedStage? found, Func<Network<TParams, TCarried>> fresh)
    {
        if (found?.Note.Aside is not { } text || JsonSerializer.Deserialize<Numbers>(text) is not { } saved)
        {
            return Start;
        }

        return new(
            saved.Rate,
            saved.Evaluated,
            saved.Course,
            saved.Diverged,
            Candidate(saved.Best, BestName),
            Candidate(saved.BestOfRate, BestOfRateName)
        );

        Candidate<TParams, TCarried>? Candidate(RateEvaluation? evaluation, string name)
        {
            if (evaluation is null)
            {
                return null;
            }

            using var scope = torch.NewDisposeScope();
            var network = fresh().Copy();
            StageKeeper.Fill(network.Leaves(LeafPath.Root / name), found.Tensors);
            return new(evaluation, network);
        }
    }

    /// <summary>What a checkpoint keeps of it.</summary>
    internal StageKeeper.Aside Aside() =>
        new(
            JsonSerializer.Serialize(new Numbers(Rate, Evaluated, Course, Diverged, Best?.Evaluation, BestOfRate?.Evaluation)),
            [.. Tensors(Best, BestName), .. Tensors(BestOfRate, BestOfRateName)]
        );

    /// <summary>After one more evaluation of the rate. A network that is the rate's best so far is copied; the one before is freed.</summary>
    /// <param name="evaluation">The evaluation.</param>
    /// <param name="network">Its network, which the next step may write into.</param>
    /// <param name="course">The evaluation for people.</param>
    internal LabelOnlyStanding<TParams, TCarried> With(RateEvaluation evaluation, Network<TParams, TCarried> network, string course)
    {
        var next = this with { Evaluated = evaluation.Step, Course = [.. Course, course] };
        if (BestOfRate is { } best && evaluation.Accuracy.Top1 <= best.Evaluation.Accuracy.Top1)
        {
            return next;
        }

        BestOfRate?.Network.Free();
        return next with { BestOfRate = new(evaluation, network.Copy()) };
    }

    /// <summary>Before the first step of the next rate. The better of two candidates stays, the earlier of equals.</summary>
    internal LabelOnlyStanding<TParams, TCarried> NextRate()
    {
        var (best, other) =
            Best is null || BestOfRate?.Evaluation.Accuracy.Top1 > Best.Evaluation.Accuracy.Top1 ? (BestOfRate, Best) : (Best, BestOfRate);
        other?.Network.Free();
        return new(Rate + 1, Evaluated: 0, Course: [], Diverged, best, BestOfRate: null);
    }

    /// <summary>The same where training diverged at this rate, whose evaluations do not count.</summary>
    internal LabelOnlyStanding<TParams, TCarried> NextRate(DivergedRate diverged)
    {
        BestOfRate?.Network.Free();
        return new(Rate + 1, Evaluated: 0, Course: [], [.. Diverged, diverged], Best, BestOfRate: null);
    }

    private static IEnumerable<KeyValuePair<string, torch.Tensor>> Tensors(Candidate<TParams, TCarried>? candidate, string name) =>
        candidate?.Network.Leaves(LeafPath.Root / name).Select(static leaf => KeyValuePair.Create(leaf.Path, leaf.Value)) ?? [];

    private sealed record Numbers(
        int Rate,
        int Evaluated,
        IReadOnlyList<string> Course,
        IReadOnlyList<DivergedRate> Diverged,
        RateEvaluation? Best,
        RateEvaluation? BestOfRate
    );
}
