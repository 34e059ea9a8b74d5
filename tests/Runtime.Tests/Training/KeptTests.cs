using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Training;

/// <summary>Which tensors are alive beside activations while a network trains.</summary>
[Collection(nameof(MemoryTests))]
public sealed class KeptTests
{
    [Fact]
    public void A_step_keeps_of_what_it_reads_only_what_it_learns_from()
    {
        Assert.Equal(Alive(static batch => batch.clone()), Alive(static batch => batch.to(ScalarType.Float64).mul(2).add(1)));

        static long Alive(Func<Tensor, Tensor> read)
        {
            using var scope = NewDisposeScope();
            var alive = 0L;
            var step = new Step<Rows, Rows, Tensor, Rows>(
                (batch, _) => new(read(batch)),
                (state, _, _) =>
                {
                    alive = Tensor.TotalCount;
                    return (state, new(zeros(1), zeros(1)));
                },
                static _ => 0,
                batch: 1,
                total: 1
            );
            var (state, images) = (TrainState<Rows, Rows>.Start(new(zeros(1)), new(zeros(1))), zeros(16, 3, 4, 4));
            var before = LiveTensors.Settled();
            _ = step.Take(state, images, Key.FromSeed(1));
            return alive - before;
        }
    }

    [Fact]
    public void A_part_of_a_set_shares_the_pixels_of_the_set()
    {
        using var scope = NewDisposeScope();
        var set = new PixelSet(randint(0, 256, [64, 3, 8, 8], dtype: ScalarType.Byte), arange(64, dtype: ScalarType.Int64));
        var before = LiveTensors.Settled();
        var part = (PixelSet)set.Take([.. Enumerable.Range(8, 50)]).Take([3, 1, 40]);
        Assert.Equal(before + 2, Tensor.TotalCount); // the labels of either part
        Assert.Same(set.Pixels, part.Pixels);
        Assert.Equal([11L, 9, 48], part.Classes());
        var expected = stack([set.Pixels[11], set.Pixels[9], set.Pixels[48]]);
        Assert.True(expected.Equals(part.Images));
        Assert.True(expected[2].Equals(((PixelBatch)part.Batch([2], CPU)).Pixels[0]));
    }

    // The kernel in bfloat16 is the graph's alone, which lets go of it once the backward pass has used it.
    [Fact]
    public void A_dense_layer_in_bf16_keeps_no_kernel_of_that_type()
    {
        using var scope = NewDisposeScope();
        var kernel = randn(16, 16).requires_grad_(true);
        var x = randn(2, 16, dtype: ScalarType.BFloat16).requires_grad_(true);
        var before = LiveTensors.Settled();
        var y = Dense.Product(x, kernel);
        Assert.Equal(before + 1, Tensor.TotalCount);
        Assert.Equal(kernel.shape, autograd.grad([y.sum()], [x, kernel])[1].shape);
    }

    [Fact]
    public void The_pool_before_a_skip_copies_no_images_of_even_sides()
    {
        using var scope = NewDisposeScope();
        var (even, odd) = (randn(2, 4, 8, 6).requires_grad_(true), randn(2, 4, 7, 6).requires_grad_(true));
        var before = LiveTensors.Settled();
        _ = even.AveragePoolSame(stride: 2);
        Assert.Equal(before + 1, Tensor.TotalCount);
        _ = odd.AveragePoolSame(stride: 2);
        Assert.Equal(before + 3, Tensor.TotalCount);
    }

    private sealed record Rows(Tensor Values) : ITree<Rows>
    {
        public Rows Map(LeafPath path, LeafMap map) => new(map(new(path / "values", LeafRole.Kernel, Values)));
    }
}
