using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Tests.Tensors;

public sealed class KeyTests
{
    private static readonly Key Key = Key.FromSeed(3);

    [Fact]
    public void Parts_of_a_key_are_different_keys()
    {
        Key[] keys =
        [
            Key,
            Key.FromSeed(4),
            Key.At(0),
            Key.At(1),
            Key.At(-1),
            Key.At("a"),
            Key.At("b"),
            Key.At("a").At(0),
            Key.At(0).At("a"),
        ];
        Assert.Equal(keys.Length, keys.Distinct().Count());
        Assert.Equal(Key.At("a").At(0), Key.FromSeed(3).At("a").At(0));
    }

    [Fact]
    public void Uniform_numbers_fill_the_interval_evenly()
    {
        var values = Enumerable.Range(0, 10_000).Select(static i => Key.Uniform(i, -1, 3)).ToArray();
        Assert.All(values, static value => Assert.InRange(value, -1, 3));
        Assert.All(Enumerable.Range(0, 4), part => Assert.InRange(values.Count(value => Math.Floor(value) == part - 1), 2350, 2650));
    }

    [Fact]
    public void A_permutation_holds_each_position_once()
    {
        var order = Key.Permutation(100);
        Assert.Equal(Enumerable.Range(0, 100), order.Order());
        Assert.NotEqual(Enumerable.Range(0, 100), order);
        Assert.Equal(order, Key.FromSeed(3).Permutation(100));
    }
}
