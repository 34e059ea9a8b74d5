using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Tests.Training;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Distributed;

/// <summary>
/// Gradients are summed over the ranks while the backward pass goes on. What shows it is the order of the operations on a rank: the
/// gradients of the batch norms' statistics are summed during the pass.
/// </summary>
public sealed class OverlapTests
{
    private const string Gradients = "gradients";
    private const string DuringThePass = "gradient of batch-norm statistics";

    [Fact]
    public void Most_sums_of_gradients_begin_before_the_backward_pass_has_ended() => Overlaps(RankTrials.Pretrain);

    [Fact]
    public void So_they_do_with_selective_kernels() => Overlaps(RankTrials.Selective);

    [Fact]
    public void So_they_do_in_the_last_microbatch_of_a_contrastive_loss() => Overlaps(RankTrials.MicroPretrain);

    [Fact]
    public void So_they_do_in_the_last_microbatch_of_a_mean() => Overlaps(RankTrials.MicroFinetune);

    [Fact]
    public void A_loss_that_does_not_depend_on_a_leaf_is_a_mistake_on_several_ranks_too()
    {
        var failure = Assert.Throws<InvalidOperationException>(static () =>
            ThreadRanks.Run(
                2,
                static () =>
                {
                    using var scope = NewDisposeScope();
                    var given = new Pair(ones(3), ones(2));
                    return Gradient.Of(given, static p => new LossOf<int>(p.First.sum(), 0)).Others;
                }
            )
        );
        Assert.Equal("The loss does not depend on leaf 1 of 2.", failure.InnerException!.Message);
    }

    private static void Overlaps<TParams, TState, TBatch>(Func<Trial<TParams, TState, TBatch>> trial)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
        where TBatch : class
    {
        var all = ThreadRanks.Run(2, () => RecordedRanks.SumsOfStep(trial).Select(static sum => sum.What).ToList());
        Assert.Equal(all[0], all[1]);
        var last = all[0].LastIndexOf(DuringThePass);
        var during = all[0].Take(last).Count(static what => what == Gradients);
        var after = all[0].Skip(last).Count(static what => what == Gradients);
        Assert.True(during > after, $"{during} sums of gradients began during the backward pass, and {after} at its end");
    }

    private sealed record Pair(Tensor First, Tensor Second) : ITree<Pair>
    {
        public Pair Map(LeafPath path, LeafMap map) =>
            new(map(new(path / "first", LeafRole.Bias, First)), map(new(path / "second", LeafRole.Bias, Second)));
    }
}
