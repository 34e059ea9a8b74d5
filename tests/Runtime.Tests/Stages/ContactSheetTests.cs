using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;
using Basic18 = SimClrDsl.Experiments.Basic18;

namespace SimClrDsl.Runtime.Tests.Stages;

public sealed class ContactSheetTests
{
    [Fact]
    public void A_sheet_shows_each_image_and_its_two_views_of_the_first_step()
    {
        var experiment = new Basic18.Experiment();
        var data = Datasets.Open(experiment.Images, Key.FromSeed(7).At("data")).Value();
        var sheet = ContactSheet.Of(data, experiment.View!, seed: 7, count: 6, CPU);

        // Tiles of 16 px, six times as large, two pixels apart; three a picture and four pictures a row.
        Assert.Equal((4 * ((3 * 98) + 4), 2 * 98), (sheet.Width, sheet.Height));
        var stage = Key.FromSeed(7).At(StageNames.Pretrain);
        var first = data.Unlabelled.Batch(Batches.Indices(stage.At("order"), data.Unlabelled.Count, 6, step: 0), CPU);
        var step = stage.At("steps").At(0);
        foreach (
            var (k, tile) in new[]
            {
                first.ForEvaluation(16),
                experiment.View!(first, step.At(0)),
                experiment.View!(first, step.At(1)),
            }.Index()
        )
        {
            var pixel = tile[5, 0, 3, 4].mul(255).round().item<float>();
            var (x, y) = ((((3 * 98) + 4) * 1) + (k * 98) + (4 * 6) + 2, 98 + (3 * 6) + 2);
            Assert.Equal(pixel, sheet.Pixels[3 * ((y * sheet.Width) + x)]);
        }
    }

    [Fact]
    public void A_picture_written_as_png_reads_as_it_was()
    {
        var picture = new Picture(5, 3, [.. Enumerable.Range(0, 45).Select(static i => (byte)(i * 5))]);
        var read = Pictures.Decode(Pictures.Encode(picture));
        Assert.Equal((picture.Width, picture.Height), (read.Width, read.Height));
        Assert.Equal(picture.Pixels, read.Pixels);
    }
}
