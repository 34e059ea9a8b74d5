using SimClrDsl.Runtime.Optim;

namespace SimClrDsl.Runtime.Tests.Optim;

public sealed class AdamTests
{
    private static readonly float[][] Gradients =
    [
        [0.5f, -1, 2],
        [0.25f, 0.5f, -1],
        [-1, 0, 0.5f],
    ];

    // PyTorch 1.13, float64, w = (1, −2, 3), the gradients above; Coupled: torch.optim.Adam, Decoupled: AdamW, both with
    // lr 0.1, betas (0.8, 0.9), eps 1e-3, weight_decay 0.1.
    [Theory]
    [InlineData(
        DecayForm.Coupled,
        new[] { 0.900166389f, -1.90008326f, 2.90004346f },
        new[] { 0.805653597f, -1.85794451f, 2.86235395f },
        new[] { 0.821583634f, -1.81603718f, 2.81311787f }
    )]
    [InlineData(
        DecayForm.Decoupled,
        new[] { 0.890199601f, -1.8800999f, 2.87004998f },
        new[] { 0.788703422f, -1.83990358f, 2.81994041f },
        new[] { 0.809638748f, -1.80561419f, 2.7602093f }
    )]
    public void Leaves_move_as_in_PyTorch(DecayForm decay, params float[][] expected)
    {
        var (w, m, v) = (Parts.All(1, -2, 3), Parts.All(0, 0, 0), Parts.All(0, 0, 0));
        foreach (var (i, weights) in expected.Index())
        {
            (w, m, v) = Adam.Update(w, Parts.All(Gradients[i]), m, v, rate: 0.1, step: i, 0.8, 0.9, 1e-3, weightDecay: 0.1, decay);
            Values.Close(weights, w.Kernel.Floats(), 1e-6);
            Values.Close(weights, w.Classifier.Floats(), 1e-6);
            Values.Close(weights, w.Bias.Floats(), 1e-6);
        }
    }

    [Theory]
    [InlineData(DecayForm.Coupled)]
    [InlineData(DecayForm.Decoupled)]
    public void Normalisations_are_not_decayed(DecayForm decay)
    {
        var (w, _, _) = Adam.Update(Parts.All(3), Parts.All(0), Parts.All(0), Parts.All(0), 0.1, step: 0, 0.9, 0.999, 1e-8, 0.1, decay);
        Assert.Equal([3f], w.Scale.Floats());
        Assert.NotEqual([3f], w.Bias.Floats());
    }

    // The bias corrections make the first step the sign of the gradient, whatever its size.
    [Fact]
    public void The_first_step_is_the_rate_long()
    {
        var (w, _, _) = Adam.Update(Parts.All(1, 1), Parts.All(1e-3f, -50), Parts.All(0, 0), Parts.All(0, 0), 0.1, 0, 0.9, 0.999, 1e-12, 0);
        Values.Close([0.9f, 1.1f], w.Kernel.Floats(), 1e-6);
    }

    [Fact]
    public void A_step_writes_into_the_buffers_it_is_given()
    {
        var (w, g, m, v) = (Parts.All(3), Parts.All(0.5f), Parts.All(0), Parts.All(0));
        var (wNext, mNext, vNext) = Adam.Update(w, g, m, v, 0.1, 0, 0.9, 0.999, 1e-8, 0.1);
        Assert.Same(w.Kernel, wNext.Kernel);
        Assert.Same(m.Kernel, mNext.Kernel);
        Assert.Same(v.Kernel, vNext.Kernel);
        Assert.Equal([0.5f], g.Kernel.Floats());
    }
}
