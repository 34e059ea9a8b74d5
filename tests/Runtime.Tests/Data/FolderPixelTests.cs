using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Tests.Images;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Data;

/// <summary>The pixels that are read from folders of picture files.</summary>
public sealed class FolderPixelTests : PictureFolder
{
    [Fact]
    public void Small_images_of_their_own_size_are_read_as_they_are()
    {
        var picture = Pictures.Decode(PictureTests.File("colour.png"));
        With("train/a/1.png", "train/b/1.png", "test/a/1.png", "test/b/1.png");
        var data = Open(Plan(train: 2, side: 17));

        // The middle square of a picture of 23 by 17, at its own scale.
        var pixels = ((PixelSet)data.Unlabelled).Images[0];
        for (var y = 0; y < 17; y++)
        {
            for (var x = 0; x < 17; x++)
            {
                for (var channel = 0; channel < 3; channel++)
                {
                    Assert.Equal(picture.Pixels[(3 * ((y * 23) + x + 3)) + channel], pixels[channel, y, x].item<byte>());
                }
            }
        }
    }

    [Fact]
    public void A_JPEG_with_stray_bytes_is_read_and_named_once_and_again_from_the_cache()
    {
        TwoClasses();
        var file = PictureTests.File("colour.jpg");
        var table = file.AsSpan().IndexOf<byte>([0xff, 0xdb]);
        With("train/b/2.jpg", [.. file[..table], 0x00, .. file[table..]]);
        using var cache = new TempFolder();
        foreach (var path in Directory.EnumerateFiles(Root, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(path, new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc));
        }

        for (var time = 0; time < 2; time++)
        {
            var data = Datasets.Open(Plan(), Key.FromSeed(1), new DataPlace(SpecFolder: null, new ImageCache(cache.Path))).Value();
            Assert.Equal(
                ["an image is not quite as JPEG files should be, and read all the same: train/b/2.jpg (1 stray byte between its markers)"],
                data.Notes.Lines
            );
            var pixels = ((PixelSet)data.Unlabelled).Images;
            Assert.Equal(pixels[0].Floats(), pixels[2].Floats());
        }
    }

    [Theory]
    [InlineData(Bicubic.Tf2, true)]
    [InlineData(Bicubic.Tf2, false)]
    [InlineData(Bicubic.Tf1, false)]
    [InlineData(Bicubic.Torch, false)]
    public void Small_images_are_resized_as_the_plan_says(Bicubic bicubic, bool antialias)
    {
        With("train/a/1.png", "train/b/1.png", "test/a/1.png", "test/b/1.png");
        var data = Open(Plan(train: 2, side: 8) with { Bicubic = bicubic, Antialias = antialias });

        // The middle square of a picture of 23 by 17, resized as a tensor and rounded to bytes.
        var picture = Pictures.Decode(PictureTests.File("colour.png"));
        var pixels = tensor(picture.Pixels).reshape(1, 17, 23, 3).permute(0, 3, 1, 2);
        var expected = pixels.Resample([new(0, 3, 17, 17)], [false], 8, new(bicubic, antialias)).Clip().mul(255).round();
        var apart = expected.Floats().Zip(((PixelSet)data.Test).Images[0].Floats(), static (a, b) => Math.Abs(a - b)).ToList();
        Assert.True(apart.Max() <= 1 && apart.Average() < 0.02, $"up to {apart.Max()} levels, {apart.Average()} on average");
        Assert.Equal(new Resizing(bicubic, antialias), data.Test.Resizing);
        Assert.Equal(new Resizing(bicubic, antialias), data.Unlabelled.Resizing);
    }

    [Fact]
    public void Images_of_the_size_asked_for_keep_each_channel()
    {
        var pixels = Enumerable.Range(0, 3 * 16 * 16).Select(static i => (byte)((i % 3 * 80) + (i / 3 % 64))).ToArray();
        With("train/a/1.png", Pictures.Encode(new(16, 16, pixels))).With("train/b/1.png", "test/a/1.png", "test/b/1.png");
        var image = ((PixelSet)Open(Plan(train: 2)).Unlabelled).Images[0];
        Assert.Equal(pixels, image.permute(1, 2, 0).contiguous().data<byte>().ToArray());
    }

    [Fact]
    public void Large_images_are_decoded_when_a_batch_is_cropped()
    {
        var data = TwoClasses().Open(Plan(side: 72));
        var files = Assert.IsType<FileSet>(data.Unlabelled);
        var batch = Loaders.Unlabelled(files, batch: 3, Key.FromSeed(2), CPU, ScalarType.Float32)(0);
        var view = batch.Images.RandomCrop(Key.FromSeed(3), side: 72, from: 0.2, to: 1, flip: 0.5);
        Assert.Equal([3, 3, 72, 72], view.shape);
        Assert.Equal(view.Floats(), batch.Images.RandomCrop(Key.FromSeed(3), side: 72, from: 0.2, to: 1, flip: 0.5).Floats());
        Assert.InRange(view.min().item<float>(), 0, 1);
        Assert.True(view.std().item<float>() > 0.1);
    }

    [Fact]
    public void Views_prepared_together_are_those_made_one_by_one()
    {
        With("train/a/1.jpg", PictureTests.File("blocks.jpg")).With("train/a/2.jpg", PictureTests.File("blocks_progressive.jpg"));
        With("train/b/1.jpg", "train/b/2.png", "test/a/1.jpg", "test/b/1.jpg").With("train/b/3.jpg", PictureTests.File("cmyk.jpg"));
        var set = Open(Plan(train: 5, side: 72)).Unlabelled;
        RandomCrop[] crops = [new(Key.FromSeed(3), 72, 0.2, 1, 0.5), new(Key.FromSeed(4), 20, 0.1, 0.4, 0)];
        Tensor Made(ImageBatch batch, RandomCrop crop) => batch.RandomCrop(crop.Key, crop.Side, crop.From, crop.To, crop.Flip);

        var (together, alone) = (set.Batch([0, 1, 2, 3, 4], CPU), set.Batch([0, 1, 2, 3, 4], CPU));
        together.Prepare(crops);
        foreach (var crop in crops)
        {
            Assert.Equal(Made(alone, crop).Floats(), Made(together, crop).Floats());
        }

        // A view is handed over once, and made again for whoever asks again.
        Assert.Equal(Made(alone, crops[0]).Floats(), Made(together, crops[0]).Floats());
    }
}
