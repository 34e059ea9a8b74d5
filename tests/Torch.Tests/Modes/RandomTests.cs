using SimClrDsl.Torch.Tests.Memory;
using static TorchSharp.torch;

namespace SimClrDsl.Torch.Tests.Modes;

/// <summary>Generators repeat themselves and do not disturb each other.</summary>
[Collection(Alone.Name)]
public sealed class RandomTests
{
    private static float[] Draw(Generator? generator) => rand(4, generator: generator).data<float>().ToArray();

    [Fact]
    public void TheSameSeedGivesTheSameNumbers()
    {
        using var a = new Generator(7);
        using var b = new Generator(7);
        var first = Draw(a);
        Assert.Equal(first, Draw(b));
        Assert.NotEqual(first, Draw(a));
        Assert.Equal(first, Draw(a.manual_seed(7)));
        Assert.Equal(7, a.initial_seed());
    }

    [Fact]
    public void GeneratorsAreIndependent()
    {
        using var a = new Generator(1);
        using var b = new Generator(1);
        _ = Draw(a);
        _ = Draw(a);
        _ = manual_seed(3);
        using var alone = new Generator(1);
        Assert.Equal(Draw(alone), Draw(b));
        // Drawing from one's own generator leaves the default one where it was.
        _ = manual_seed(3);
        var expected = Draw(null);
        _ = manual_seed(3);
        _ = Draw(a);
        Assert.Equal(expected, Draw(null));
    }

    [Fact]
    public void TheDefaultGeneratorsStateCanBePutBack()
    {
        var state = get_rng_state();
        var first = Draw(null);
        set_rng_state(state);
        Assert.Equal(first, Draw(Generator.Default));
    }

    [Fact]
    public void EveryKindOfDrawTakesAGenerator()
    {
        foreach (
            var draw in new Func<Generator, Tensor>[]
            {
                static g => randn(3, generator: g),
                static g => randint(0, 1000, [3L], generator: g),
                static g => randint(1000, [3L], generator: g),
                static g => randperm(20, generator: g),
                static g => normal(0, 1, [3], generator: g),
                static g => zeros(3).uniform_(0, 1, g),
                static g => zeros(3).normal_(0, 1, g),
                static g => zeros(3).random_(0, 1000, g),
                static g => full(30, 0.5).bernoulli(g),
                static g => zeros(30).bernoulli_(0.5, g),
                static g => ones(20).multinomial(10, generator: g),
            }
        )
        {
            using var a = new Generator(5);
            using var b = new Generator(5);
            var first = draw(a);
            Assert.True(first.Equals(draw(b)));
            Assert.False(first.Equals(draw(a)));
        }
    }
}
