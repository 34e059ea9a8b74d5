using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Pipeline;

/// <summary>What lies in memory beside activations while a network trains, in bytes. A first call leaves what is kept for good, so a second one is measured.</summary>
[Collection(nameof(MemoryTests))]
public sealed class KeptTests
{
    [Fact]
    public void Of_what_a_step_reads_only_what_it_learns_from()
    {
        using var scope = NewDisposeScope();
        var (expected, found) = (0L, 0L);
        var before = Heap.Bytes;
        var step = new Step<Rows, Rows, Tensor, Rows>(
            static (batch, _) => new(batch.to(ScalarType.Float64).mul(2).to(ScalarType.BFloat16)),
            (state, input, _) =>
            {
                (expected, found) = (2 * input.Values.numel(), Heap.Bytes - before);
                return (state, new(zeros(1), zeros(1)));
            },
            static _ => 0,
            batch: 1,
            total: 1
        );
        var images = randint(0, 256, [16, 3, 64, 64], dtype: ScalarType.Byte);
        before = Heap.Bytes;
        _ = step.Take(TrainState<Rows, Rows>.Start(new(zeros(1)), new(zeros(1))), images, Key.FromSeed(1));
        Assert.InRange(found, expected, 1.1 * expected);
    }

    [Fact]
    public void Of_a_part_of_a_set_no_pixels()
    {
        using var scope = NewDisposeScope();
        var set = new PixelSet(randint(0, 256, [64, 3, 64, 64], dtype: ScalarType.Byte), arange(64, dtype: ScalarType.Int64));
        PixelSet Part() => (PixelSet)set.Take([.. Enumerable.Range(8, 50)]).Take([3, 1, 40]);
        _ = Part();
        var before = Heap.Bytes;
        var part = Part();
        Assert.InRange(Heap.Bytes - before, 0, set.Pixels.numel() / 100);
        Assert.Equal([11L, 9, 48], part.Classes());
        var expected = stack([set.Pixels[11], set.Pixels[9], set.Pixels[48]]);
        Assert.True(expected.Equals(part.Images));
        Assert.True(expected[2].Equals(((PixelBatch)part.Batch([2], CPU)).Pixels[0]));
    }

    [Fact]
    public void Of_a_dense_kernel_in_bf16_nothing_once_the_backward_pass_has_used_it()
    {
        using var scope = NewDisposeScope();
        var kernel = randn(512, 512).requires_grad_(true);
        var x = randn(2, 512, dtype: ScalarType.BFloat16).requires_grad_(true);
        Differentiated(Dense.Product(x, kernel));
        var before = Heap.Bytes;
        var y = Dense.Product(x, kernel);
        Assert.InRange(Heap.Bytes - before, 2 * kernel.numel(), 2.1 * kernel.numel());
        var gradients = Differentiated(y);
        Assert.InRange(Heap.Bytes - before, 4 * kernel.numel(), 4.1 * kernel.numel()); // the float32 gradient alone
        Assert.Equal(kernel.shape, gradients[1].shape);
        IList<Tensor> Differentiated(Tensor product) => autograd.grad([product.sum()], [x, kernel]);
    }

    [Fact]
    public void Of_the_pool_before_a_skip_no_copy_of_even_sides()
    {
        using var scope = NewDisposeScope();
        var x = randn(8, 64, 32, 32).requires_grad_(true);
        _ = x.AveragePoolSame(stride: 2);
        var before = Heap.Bytes;
        var y = x.AveragePoolSame(stride: 2);
        Assert.InRange(Heap.Bytes - before, 4 * y.numel(), 4.1 * y.numel());
    }

    private sealed record Rows(Tensor Values) : ITree<Rows>
    {
        public Rows Map(LeafPath path, LeafMap map) => new(map(new(path / "values", LeafRole.Kernel, Values)));
    }
}
