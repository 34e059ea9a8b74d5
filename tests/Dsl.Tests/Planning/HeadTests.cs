using SimClrDsl.Planning;
using SimClrDsl.Printing;
using SimClrDsl.Tests.Reading;

namespace SimClrDsl.Tests.Planning;

/// <summary>The projection head, by the reference's table in section 2.</summary>
public sealed class HeadTests
{
    [Theory]
    // Without a layer nothing; one is a kernel and a scale for each output, with two statistics.
    [InlineData(2048, 0, 0, 0)]
    [InlineData(2048, 1, (2048 * 128) + 128, (2048 * 128) + (3 * 128))]
    [InlineData(512, 2, 328832, 330112)]
    [InlineData(512, 3, 592000, 594304)]
    [InlineData(2048, 2, 4460672, 4465024)]
    [InlineData(2048, 3, 8659072, 8667520)]
    [InlineData(2048, 4, 12857472, 12870016)]
    [InlineData(4096, 2, 17309824, 17318272)]
    [InlineData(4096, 3, 34095232, 34111872)]
    [InlineData(4096, 4, 50880640, 50905472)]
    [InlineData(6144, 2, 38547584, 38560128)]
    [InlineData(6144, 3, 76308608, 76333440)]
    [InlineData(6144, 4, 114069632, 114106752)]
    public void A_head_has_as_many_parameters_as_in_the_official_code(int features, int layers, long weights, long withStatistics)
    {
        var parameters = new HeadPlan(features, layers, Out: 128).Parameters;
        Assert.Equal((weights, withStatistics), (parameters.Weights, parameters.WithStatistics));
    }

    // The paper's footnote: 4M, 17M; the third follows.
    [Theory]
    [InlineData(2048, 4_194_304)]
    [InlineData(4096, 16_777_216)]
    [InlineData(6144, 37_748_736)]
    public void The_first_kernel_is_as_large_as_the_paper_says(int features, long kernel) =>
        Assert.Equal(kernel, new HeadPlan(features, 3, 128).Kernel(1));

    // Footnote 2: a head of twice the width. 2048 · 4096 + 4096 · 4096 + 4096 · 128 weights of kernels; scales and shifts beside them.
    [Fact]
    public void A_wider_head_is_as_wide_as_it_says()
    {
        var head = HeadPlan.Of(new() { Hidden = 4096 }, features: 2048);
        Assert.Equal([2048, 4096, 4096, 128], Enumerable.Range(0, 4).Select(head.WidthAfter));
        Assert.Equal(8_388_608 + 16_777_216 + 524_288, head.MultiplyAdds);
        Assert.Equal((25_690_112 + 16_384 + 128, 25_690_112 + 32_768 + 384), (head.Parameters.Weights, head.Parameters.WithStatistics));
        // The encoder's own width, said or not, is one head.
        Assert.Equal(HeadPlan.Of(new(), features: 2048), HeadPlan.Of(new() { Hidden = 2048 }, features: 2048));
    }

    [Fact]
    public void A_head_without_layers_is_as_wide_as_the_encoder()
    {
        var head = HeadPlan.Of(new() { Layers = 0, Out = 64 }, features: 2048);
        Assert.Equal((2048, 2048, 0L), (head.Out, head.WidthAfter(0), head.MultiplyAdds));
        Assert.Equal([2048, 128], Enumerable.Range(0, 2).Select(new HeadPlan(2048, 1, 128).WidthAfter));
        Assert.Equal(2048 * 128, new HeadPlan(2048, 1, 128).MultiplyAdds);
    }

    // Where there is no hidden layer to start from, fine-tuning goes on from the encoder's output.
    [Theory]
    [InlineData(0, 0)]
    [InlineData(1, 0)]
    [InlineData(2, 1)]
    [InlineData(4, 1)]
    public void Fine_tuning_starts_from_the_first_hidden_layer(int layers, int from)
    {
        var plan = Plan.Of(
            SpecSamples.Tiny with
            {
                Pretrain = new() { Head = new() { Layers = layers } },
                Finetune = new(),
            }
        );
        Assert.Equal(from, plan.Finetune!.FromHeadLayer);
    }

    [Theory]
    [InlineData(0, "no head; ")]
    [InlineData(1, "linear head to 128; ")]
    [InlineData(2, "head of 2 layers to 128; ")]
    public void The_plan_table_names_the_head(int layers, string words) =>
        Assert.Contains(words, PlanTable.Format(Plan.Of(SpecSamples.Tiny with { Pretrain = new() { Head = new() { Layers = layers } } })));

    [Fact]
    public void Only_the_last_layer_of_a_head_changes_the_width() =>
        Assert.Equal([2048, 2048, 2048, 128], Enumerable.Range(0, 4).Select(new HeadPlan(2048, 3, 128).WidthAfter));

    [Fact]
    public void A_head_multiplies_once_for_each_weight_of_its_kernels() =>
        Assert.Equal((2L * 2048 * 2048) + (2048 * 128), new HeadPlan(2048, 3, 128).MultiplyAdds);
}
