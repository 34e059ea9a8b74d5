using SimClrDsl.Runtime.Distributed;

namespace SimClrDsl.Runtime.Tests.Distributed;

/// <summary>What rank 0 finds for all.</summary>
public sealed class AgreementTests
{
    [Fact]
    public void Rank_0_finds_it_alone_and_all_ranks_are_told()
    {
        var found = ThreadRanks.Run(
            3,
            static () =>
            {
                var own = Ranks.Current.Rank;
                var told = Ranks.Current.Agree(() => $"rank {own} of {Ranks.Current.Size}", "who looks");
                return (Told: told, Ranks.Current.Size);
            }
        );
        Assert.All(found, static rank => Assert.Equal(("rank 0 of 1", 3), rank));
    }

    [Fact]
    public void Nothing_found_is_told_too() =>
        Assert.All(ThreadRanks.Run(2, static () => Ranks.Current.Agree(static () => null, "nothing")), Assert.Null);
}
