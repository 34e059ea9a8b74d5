using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Tests.Images;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Augment;

public sealed class CropsTests
{
    private static readonly Key Seed = Key.FromSeed(2);

    [Fact]
    public void Views_have_the_side_asked_for_and_stay_in_range()
    {
        var view = Values.Images(16, 3, 32, 32).RandomCrop(Seed, 24, 0.08, 1, 0.5, Resizing.Default).Clip();
        Assert.Equal([16, 3, 24, 24], view.shape);
        Assert.Equal(ScalarType.Float32, view.dtype);
        Assert.All(view.Floats(), static value => Assert.InRange(value, 0f, 1f));
    }

    /// <summary>
    /// An edge overshoots when it is enlarged. The reference hands that on: colour operations see it and cut off, and what none of them
    /// touches is cut off after grayscale. Written out for one line of a step edge by the definition of the kernel.
    /// </summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Overshoot_reaches_the_colour_operations(bool files)
    {
        using var folder = new TempFolder();
        byte[] line = [0, 0, 0, 0, 255, 255, 255, 255];
        var set = files
            ? (ImageSet)Edge(line, folder.File("edge.png"))
            : new PixelSet(tensor(line).expand(1, 3, 8, 8).contiguous(), zeros(1, dtype: ScalarType.Int64));
        var view = set.Batch([0], CPU).RandomCrop(Seed, 16, 1, 1, flip: 0);
        var over = view[0, 0, 5].Floats();

        // Half-way between pixels the nearest two weigh 0.867 and 0.227 (a quarter off), those beyond −0.070 and −0.023.
        Assert.Equal(1 + 0.0703125, over[9], 1e-4);
        Assert.Equal(-0.0703125, over[6], 1e-4);

        var darker = ColourOperations.Brightness(view, full([1, 1, 1, 1], 0.5f))[0, 0, 5].Floats();
        Assert.Equal((1 + 0.0703125) / 2, darker[9], 1e-4);
        var contrast = ColourOperations.Contrast(view, full([1, 1, 1, 1], 0.5f))[0, 0, 5].Floats();
        Assert.Equal(0.5 + ((0.5 + 0.0703125) / 2), contrast[9], 1e-4);
        Assert.Equal([.. over.Select(static value => Math.Clamp(value, 0, 1))], view.Clip()[0, 0, 5].Floats());
        Assert.All(set.Batch([0], CPU).ForEvaluation(16).Floats(), static value => Assert.InRange(value, 0f, 1f));
    }

    private static FileSet Edge(byte[] line, string path)
    {
        var pixels = Enumerable.Range(0, 8 * 8 * 3).Select(i => line[i / 3 % 8]).ToArray();
        File.WriteAllBytes(path, Pictures.Encode(new(8, 8, pixels)));
        return PictureSets.Files(16, Resizing.Default, EncodedImage.File(path));
    }

    [Theory]
    [InlineData(Bicubic.Tf2, true)]
    [InlineData(Bicubic.Tf2, false)]
    [InlineData(Bicubic.Tf1, false)]
    [InlineData(Bicubic.Torch, false)]
    public void Images_in_memory_are_cropped_and_evaluated_as_their_set_says(Bicubic bicubic, bool antialias)
    {
        var (images, resizing) = (Values.Images(1, 3, 64, 64), new Resizing(bicubic, antialias));
        var batch = (new PixelSet(images, zeros(1, dtype: ScalarType.Int64)) { Resizing = resizing }).Batch([0], CPU);
        var middle = images.Resample([new(4, 4, 56, 56)], [false], 40, resizing).Clip();
        Assert.Equal(middle.Floats(), batch.ForEvaluation(40).Floats());
        var whole = images.Resample([CropBox.Whole(64, 64)], [false], 40, resizing);
        Assert.Equal(whole.Floats(), batch.RandomCrop(Seed, 40, 1, 1, flip: 0).Floats());
    }

    /// <summary>The generated augmentation ends within the range, whatever it left out.</summary>
    [Fact]
    public void A_generated_view_is_cut_off_once_its_colours_are_done()
    {
        using var scope = NewDisposeScope();
        var edges = tensor([.. Enumerable.Range(0, 16).Select(static x => (byte)(x / 4 % 2 * 255))]).expand(400, 3, 16, 16).contiguous();
        var batch = new PixelBatch(edges, Resizing.Default);
        foreach (var key in Enumerable.Range(0, 4).Select(static i => Key.FromSeed(i)))
        {
            var view = new Experiments.Basic18.Experiment().View!(batch, key);
            Assert.InRange(view.min().item<float>(), 0, 1);
            Assert.InRange(view.max().item<float>(), 0, 1);
        }
    }

    [Fact]
    public void The_key_decides_the_view()
    {
        var images = Values.Images(8, 1, 28, 28);
        var view = images.RandomCrop(Seed, 28, 0.2, 1, 0.5, Resizing.Default).Floats();
        Assert.Equal(view, images.RandomCrop(Seed, 28, 0.2, 1, 0.5, Resizing.Default).Floats());
        Assert.NotEqual(view, images.RandomCrop(Seed.At(1), 28, 0.2, 1, 0.5, Resizing.Default).Floats());
    }

    [Fact]
    public void A_sample_does_not_depend_on_the_size_of_its_batch()
    {
        var images = Values.Images(8, 3, 16, 16);
        var all = images.RandomCrop(Seed, 16, 0.2, 1, 0.5, Resizing.Default).narrow(0, 0, 3);
        Values.Close(all.Floats(), images.narrow(0, 0, 3).RandomCrop(Seed, 16, 0.2, 1, 0.5, Resizing.Default).Floats(), 1e-6);
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.3)]
    [InlineData(1.0)]
    public void Flips_happen_as_often_as_asked(double flip)
    {
        // A wedge, darker on the left in every crop that is not mirrored.
        const int count = 1000;
        var wedge = arange(0, 16).mul(16).to(ScalarType.Byte).expand([count, 1, 16, 16]);
        var view = wedge.RandomCrop(Seed, 16, 0.5, 1, flip, Resizing.Default);
        var mirrored = view.select(3, 0).mean([1, 2]).Floats().Zip(view.select(3, 15).mean([1, 2]).Floats(), static (l, r) => l > r);
        Assert.InRange(mirrored.Count(static m => m) / (double)count, flip - 0.05, flip + 0.05);
    }

    [Fact]
    public void Evaluation_sees_small_images_whole()
    {
        var images = Values.Images(2, 3, 32, 32);
        Assert.Equal(images.to(ScalarType.Float32).div(255).Floats(), images.ForEvaluation(32, Resizing.Default).Floats());
        Assert.Equal([2, 3, 24, 24], images.ForEvaluation(24, Resizing.Default).shape);
    }

    [Fact]
    public void Evaluation_sees_the_middle_of_large_images()
    {
        var images = Values.Images(2, 3, 64, 64);
        var middle = images.Resample([new(4, 4, 56, 56), new(4, 4, 56, 56)], new bool[2], 64, Resizing.Default).Clip();
        Assert.Equal(middle.Floats(), images.ForEvaluation(64, Resizing.Default).Floats());
    }

    [Fact]
    public void The_network_gets_the_type_it_computes_in()
    {
        var pixels = Values.Pixels(2, 3, 8, 8);
        var input = pixels.ForNetwork(ScalarType.BFloat16);
        Assert.Equal(ScalarType.BFloat16, input.dtype);
        Assert.Equal([2, 6, 8, 8], input.shape);
        Values.Close(pixels.Floats(), input.narrow(1, 0, 3).Floats(), 1.0 / 256);
        Values.Close(pixels.Floats(), Pixels.Sum(input).Floats(), 1.0 / (1 << 17));
        Assert.Equal(pixels.Floats(), pixels.ForNetwork(ScalarType.Float32).Floats());
    }
}
