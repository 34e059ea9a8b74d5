using SimClrDsl.Runtime.Optim;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Optim;

public sealed class LarsTests
{
    // Reference facts, section 6.1.
    [Fact]
    public void Two_steps_of_a_kernel_have_their_golden_values()
    {
        var (w, g, v) = (Parts.All(3, 4), Parts.All(0.6f, 0.8f), Parts.All(0, 0));
        (w, v) = Lars.Update(w, g, v, rate: 1, momentum: 0.9, trust: 0.001, weightDecay: 0.1);
        Values.Close([2.997f, 3.996f], w.Kernel.Floats(), 1e-6);
        Values.Close([0.003f, 0.004f], v.Kernel.Floats(), 1e-8);
        (w, v) = Lars.Update(w, g, v, rate: 0.5, momentum: 0.9, trust: 0.001, weightDecay: 0.1);
        Values.Close([2.9928015f, 3.990402f], w.Kernel.Floats(), 1e-6);
        Values.Close([0.0041985f, 0.005598f], v.Kernel.Floats(), 1e-8);
    }

    [Fact]
    public void A_classifiers_kernel_is_decayed_but_not_scaled()
    {
        var (w, _) = Lars.Update(Parts.All(3, 4), Parts.All(0.6f, 0.8f), Parts.All(0, 0), 0.5, 0.9, 0.001, weightDecay: 0.1);
        Values.Close([3 - (0.5f * 0.9f), 4 - (0.5f * 1.2f)], w.Classifier.Floats(), 1e-6);
    }

    [Fact]
    public void Normalisations_and_biases_are_neither_decayed_nor_scaled()
    {
        var (w, v) = Lars.Update(Parts.All(3, 4), Parts.All(0.6f, 0.8f), Parts.All(1, 2), 0.5, 0.9, 0.001, weightDecay: 0.1);
        foreach (var (weight, velocity) in new[] { (w.Scale, v.Scale), (w.Bias, v.Bias) })
        {
            Values.Close([0.9f + 0.3f, 1.8f + 0.4f], velocity.Floats(), 1e-6);
            Values.Close([3 - 1.2f, 4 - 2.2f], weight.Floats(), 1e-6);
        }
    }

    [Fact]
    public void A_weight_of_zeros_moves_at_the_plain_rate()
    {
        var (w, _) = Lars.Update(Parts.All(0, 0), Parts.All(0.6f, 0.8f), Parts.All(0, 0), 0.5, 0.9, 0.001, weightDecay: 0.1);
        Values.Close([-0.3f, -0.4f], w.Kernel.Floats(), 1e-7);
    }

    [Fact]
    public void A_gradient_of_zeros_changes_nothing()
    {
        var (w, _) = Lars.Update(Parts.All(3, 4), Parts.All(0, 0), Parts.All(0, 0), 0.5, 0.9, 0.001, weightDecay: 0);
        Assert.Equal([3f, 4f], w.Kernel.Floats());
    }

    // A norm of zero alone: the ratio is one, so that a weight of zeros moves and a gradient of zeros divides nothing. Both forms of the
    // update.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Either_norm_of_zero_alone_leaves_the_plain_rate(bool together)
    {
        Parts Updated(Parts w, Parts g, Parts v) =>
            together ? Lars.Update(w, g, v, rate: 0.5, momentum: 0.9, trust: 0.001, weightDecay: 0).Params : OneByOne(w, g, v);
        Values.Close([-0.3f, -0.4f], Updated(Parts.All(0, 0), Parts.All(0.6f, 0.8f), Parts.All(0, 0)).Kernel.Floats(), 1e-7);
        Values.Close([3 - 0.9f, 4 - 1.8f], Updated(Parts.All(3, 4), Parts.All(0, 0), Parts.All(1, 2)).Kernel.Floats(), 1e-6);
        Assert.Equal([0f, 0f], Updated(Parts.All(0, 0), Parts.All(0, 0), Parts.All(0, 0)).Kernel.Floats());
    }

    private static Parts OneByOne(Parts w, Parts g, Parts v)
    {
        Lars.WithOperators(w, g, v, new(Rate: 0.5, Momentum: 0.9, Trust: 0.001, WeightDecay: 0));
        return w;
    }

    [Fact]
    public void The_norm_is_of_the_gradient_with_its_decay()
    {
        // g + wd · w = (0, 5): its norm is 5, as is the weight's, so the trust ratio is the coefficient itself.
        var (_, v) = Lars.Update(Parts.All(3, 4), Parts.All(-3, 1), Parts.All(0, 0), rate: 1, 0.9, trust: 0.01, weightDecay: 1);
        Values.Close([0, 0.05f], v.Kernel.Floats(), 1e-7);
    }

    // The two golden steps with v as there: step 1 has d = (0.003, 0.004) and moves by 0.9 · v + d, step 2 by 0.9 · v₂ + d₂. By hand.
    [Fact]
    public void Nesterovs_form_looks_ahead_by_one_more_momentum()
    {
        var (w, g, v) = (Parts.All(3, 4), Parts.All(0.6f, 0.8f), Parts.All(0, 0));
        (w, v) = Lars.Update(w, g, v, rate: 1, momentum: 0.9, trust: 0.001, weightDecay: 0.1, MomentumForm.Nesterov);
        Values.Close([0.003f, 0.004f], v.Kernel.Floats(), 1e-8);
        Values.Close([3 - 0.0057f, 4 - 0.0076f], w.Kernel.Floats(), 1e-6);
        Values.Close([3 - (1.9f * 0.6f), 4 - (1.9f * 0.8f)], w.Scale.Floats(), 1e-6);
    }

    [Fact]
    public void What_is_not_scaled_may_have_a_rate_of_its_own()
    {
        var (plain, _) = Lars.Update(Parts.All(3, 4), Parts.All(0.6f, 0.8f), Parts.All(0, 0), 0.5, 0.9, 0.001, 0.1);
        var (w, _) = Lars.Update(Parts.All(3, 4), Parts.All(0.6f, 0.8f), Parts.All(0, 0), 0.5, 0.9, 0.001, 0.1, unadapted: 0.1);
        Assert.Equal(plain.Kernel.Floats(), w.Kernel.Floats());
        Values.Close([3 - 0.03f, 4 - 0.04f], w.Scale.Floats(), 1e-6);
        Values.Close([3 - 0.03f, 4 - 0.04f], w.Bias.Floats(), 1e-6);
        Values.Close([3 - 0.045f, 4 - 0.06f], w.Classifier.Floats(), 1e-6);
    }

    [Fact]
    public void A_step_writes_into_the_buffers_it_is_given()
    {
        var (w, g, v) = (Parts.All(3, 4), Parts.All(0.6f, 0.8f), Parts.All(0, 0));
        var (wNext, vNext) = Lars.Update(w, g, v, 1, 0.9, 0.001, 0.1);
        Assert.Same(w.Kernel, wNext.Kernel);
        Assert.Same(v.Kernel, vNext.Kernel);
        Assert.Equal([0.6f, 0.8f], g.Kernel.Floats());
    }

    [Theory]
    [InlineData(MomentumForm.Classic, 1)]
    [InlineData(MomentumForm.Nesterov, 0.5)]
    public void All_tensors_together_move_as_one_by_one(MomentumForm form, double unadapted)
    {
        // Larger than one piece, of an odd length, with a gradient that lies transposed and a frozen leaf.
        using var generator = Key.FromSeed(3).Generator();
        Tensor Normal(params long[] shape) => randn(shape, dtype: ScalarType.Float32, generator: generator);
        var w = new Parts(Normal(301, 257), Normal(257, 33), Normal(300), Normal(40_001));
        var g = new Parts(Normal(257, 301).t(), Normal(257, 33), empty(0), Normal(40_001));
        var (alone, still) = (w.Clone(), w.Scale.clone());
        var (v, aloneV) = (w.ZerosLike(), w.ZerosLike());
        for (var step = 0; step < 3; step++)
        {
            _ = Lars.Update(w, g, v, rate: 0.7, momentum: 0.9, trust: 0.01, weightDecay: 1e-2, form, unadapted);
            Lars.WithOperators(alone, g, aloneV, new(Rate: 0.7, Momentum: 0.9, Trust: 0.01, WeightDecay: 1e-2, form, unadapted));
        }

        foreach (var (one, other) in w.Leaves().Concat(v.Leaves()).Zip(alone.Leaves().Concat(aloneV.Leaves())))
        {
            Assert.True(one.Value.allclose(other.Value, rtol: 1e-5, atol: 1e-6), one.Path);
        }

        Assert.Equal(still.Floats(), w.Scale.Floats());
    }
}
