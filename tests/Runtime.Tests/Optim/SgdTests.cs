using SimClrDsl.Runtime.Optim;

namespace SimClrDsl.Runtime.Tests.Optim;

public sealed class SgdTests
{
    private static readonly float[][] Gradients =
    [
        [0.5f, -1, 2],
        [0.25f, 0.5f, -1],
        [-1, 0, 0.5f],
    ];

    // PyTorch 1.13, float64: torch.optim.SGD([w], lr=.1, momentum=.9, weight_decay=.1, nesterov=...), w = (1, −2, 3), the gradients above.
    [Theory]
    [InlineData(
        MomentumForm.Classic,
        new[] { 0.94f, -1.88f, 2.77f },
        new[] { 0.8516f, -1.8032f, 2.6353f },
        new[] { 0.863524f, -1.716048f, 2.437717f }
    )]
    [InlineData(
        MomentumForm.Nesterov,
        new[] { 0.886f, -1.772f, 2.563f },
        new[] { 0.773066f, -1.736132f, 2.518003f },
        new[] { 0.877211146f, -1.641812292f, 2.267730643f }
    )]
    public void Kernels_move_as_in_PyTorch(MomentumForm form, params float[][] expected)
    {
        var (w, v) = (Parts.All(1, -2, 3), Parts.All(0, 0, 0));
        foreach (var (gradient, weights) in Gradients.Zip(expected))
        {
            (w, v) = Sgd.Update(w, Parts.All(gradient), v, rate: 0.1, momentum: 0.9, form, weightDecay: 0.1);
            Values.Close(weights, w.Kernel.Floats(), 1e-6);
            Values.Close(weights, w.Classifier.Floats(), 1e-6);
        }
    }

    [Fact]
    public void All_but_normalisations_is_decayed()
    {
        var (w, _) = Sgd.Update(Parts.All(3), Parts.All(0.5f), Parts.All(0), rate: 0.1, 0.9, MomentumForm.Classic, weightDecay: 1);
        Values.Close([2.95f], w.Scale.Floats(), 1e-6);
        Values.Close([2.65f], w.Bias.Floats(), 1e-6);
        Values.Close([2.65f], w.Kernel.Floats(), 1e-6);
    }

    [Fact]
    public void A_step_writes_into_the_buffers_it_is_given()
    {
        var (w, g, v) = (Parts.All(3), Parts.All(0.5f), Parts.All(0));
        var (wNext, vNext) = Sgd.Update(w, g, v, 0.1, 0.9, MomentumForm.Nesterov, 0.1);
        Assert.Same(w.Kernel, wNext.Kernel);
        Assert.Same(v.Kernel, vNext.Kernel);
        Assert.Equal([0.5f], g.Kernel.Floats());
    }
}
