using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Tests.Tensors;

public sealed class TrainStateTests
{
    private static TrainState<Dense.Params, NoState> Start() =>
        TrainState<Dense.Params, NoState>.Start(Dense.Zeros(inputs: 2, classes: 3), NoState.Value);

    [Fact]
    public void A_state_starts_at_step_0_without_momentum()
    {
        var state = Start();
        Assert.Equal(0, state.Step);
        Assert.Equal(0f, state.Momentum.Kernel.abs().sum().item<float>());
        Assert.Equal(state.Params.Kernel.shape, state.Momentum.Kernel.shape);
    }

    [Fact]
    public void Using_a_consumed_state_names_the_step_that_consumed_it()
    {
        var state = Start();
        _ = state.Consume(by: "PretrainStep");
        foreach (var use in new Action[] { () => _ = state.Params, () => _ = state.Statistics, () => _ = state.Momentum })
        {
            var error = Assert.Throws<InvalidOperationException>(use);
            Assert.Equal(
                "This training state (step 0) was consumed by PretrainStep; use the state that PretrainStep returned.",
                error.Message
            );
        }

        Assert.Throws<InvalidOperationException>(() => state.Consume(by: "FinetuneStep"));
    }
}
