using FsCheck;
using FsCheck.Xunit;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Data;

public sealed class BatchesTests
{
    private static readonly Key Order = Key.FromSeed(5);

    [Fact]
    public void Every_epoch_takes_every_image_once_across_batch_borders()
    {
        // 7 steps of 10 are 3.5 epochs of 20; epochs 0 to 2 are whole.
        var stream = Enumerable.Range(0, 7).SelectMany(static step => Batches.Indices(Order, images: 20, batch: 10, step)).ToList();
        var epochs = stream.Chunk(20).Take(3).ToList();
        Assert.All(epochs, static epoch => Assert.Equal(Enumerable.Range(0, 20), epoch.Order()));
        Assert.NotEqual(epochs[0], epochs[1]);
    }

    [Property]
    public void Batches_go_across_epochs(PositiveInt images, PositiveInt batch)
    {
        var stream = Enumerable.Range(0, 30).SelectMany(step => Batches.Indices(Order, images.Get, batch.Get, step)).ToList();
        var whole = stream.Chunk(images.Get).Where(epoch => epoch.Length == images.Get);
        Assert.All(whole, epoch => Assert.Equal(Enumerable.Range(0, images.Get), epoch.Order()));
    }

    [Fact]
    public void A_step_depends_on_nothing_but_itself()
    {
        var stream = Batches.Stream(Order, 11, 4);
        foreach (var step in new[] { 9, 0, 5, 5, 2, 100, 1 })
        {
            Assert.Equal(Batches.Indices(Order, 11, 4, step), stream(step));
        }
    }

    [Fact]
    public void Late_steps_do_not_overflow() =>
        Assert.All(Batches.Indices(Order, 100, 4096, int.MaxValue), static i => Assert.InRange(i, 0, 99));

    [Fact]
    public void Loaders_give_the_images_and_labels_at_the_positions()
    {
        var set = new PixelSet(Values.Images(6, 1, 2, 2), tensor(new long[] { 0, 1, 2, 3, 4, 5 }));
        var batch = Loaders.Labelled(set, 8, Order, CPU, ScalarType.BFloat16)(3);
        var positions = Batches.Indices(Order, 6, 8, 3);
        Assert.Equal(positions, batch.Labels.data<long>().ToArray().Select(static label => (int)label));
        Assert.Equal(set.Take(positions).Pixels().Floats(), batch.Images.Pixels().Floats());
        Assert.Equal(
            batch.Images.Pixels().Floats(),
            Loaders.Unlabelled(set, 8, Order, CPU, ScalarType.BFloat16)(3).Images.Pixels().Floats()
        );
        Assert.Equal(ScalarType.BFloat16, batch.Compute);
    }

    [Fact]
    public void In_order_batches_cover_the_set_once()
    {
        var set = new PixelSet(Values.Images(7, 1, 2, 2), tensor(new long[] { 0, 1, 2, 3, 4, 5, 6 }));
        var batches = Loaders.InOrder(set, 3, CPU, ScalarType.Float32).ToList();
        Assert.Equal([3L, 3, 1], batches.Select(static batch => batch.Images.Pixels().shape[0]));
        Assert.Equal(set.Images.Floats(), batches.SelectMany(static batch => batch.Images.Pixels().Floats()));
        Assert.Equal(set.Classes(), batches.SelectMany(static batch => batch.Labels.data<long>().ToArray()));
    }
}
