using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Tests.Geometry;

public sealed class CropBoxTests
{
    private static readonly Key Seed = Key.FromSeed(11);

    // Simulated with the sampler of tf.image.sample_distorted_bounding_box: 0.43 at 32 × 32, 0.40 at 400 × 500.
    [Theory]
    [InlineData(32, 32, 0.43)]
    [InlineData(400, 500, 0.40)]
    public void The_mean_area_is_the_reference_samplers(int height, int width, double mean)
    {
        var areas = Sample(20_000, height, width, 0.08, 1).Average(box => (double)box.Height * box.Width / (height * width));
        Assert.InRange(areas, mean - 0.01, mean + 0.01);
    }

    [Theory]
    [InlineData(28, 28, 0.08, 1.0)]
    [InlineData(32, 32, 0.2, 1.0)]
    [InlineData(24, 40, 0.3, 0.6)]
    public void Crops_lie_in_the_image_and_in_the_range(int height, int width, double from, double to)
    {
        foreach (var box in Sample(5000, height, width, from, to))
        {
            Assert.InRange(box.Top, 0, height - box.Height);
            Assert.InRange(box.Left, 0, width - box.Width);
            var area = (double)box.Height * box.Width / (height * width);
            Assert.InRange(area, Math.Max(from, 0.1), to);

            // An aspect ratio in range gives a width that rounds to this one.
            Assert.InRange(box.Width, Math.Floor(box.Height * 0.75), Math.Ceiling(box.Height * 4 / 3.0));
        }
    }

    [Fact]
    public void No_crop_is_smaller_than_a_tenth_although_the_range_allows_it() =>
        Assert.All(Sample(5000, 32, 32, 0.01, 0.3), static box => Assert.True(box.Height * box.Width >= 0.1 * 32 * 32));

    [Fact]
    public void Offsets_never_take_their_last_value()
    {
        var boxes = Sample(20_000, 32, 32, 0.08, 1).ToList();
        Assert.All(boxes.Where(static box => box.Height < 32), static box => Assert.True(box.Top < 32 - box.Height));
        Assert.All(boxes.Where(static box => box.Width < 32), static box => Assert.True(box.Left < 32 - box.Width));
        Assert.Contains(boxes, static box => box.Top > 0 && box.Top == 31 - box.Height);
    }

    [Fact]
    public void Height_is_uniform_between_its_bounds_for_its_aspect_ratio()
    {
        // Between 16 / √a and what fits 32 px for an aspect ratio a; a uniform area would make crops 0.7 px higher on average.
        var aspects = Enumerable.Range(0, 1000).Select(static i => 0.75 + ((i + 0.5) / 1000 * (4 / 3.0 - 0.75)));
        var middle = aspects.Average(static a => (Math.Round(16 / Math.Sqrt(a)) + Math.Min(32, Math.Floor(32.5 / a))) / 2);
        Assert.Equal(middle, Sample(20_000, 32, 32, 0.25, 1).Average(static box => box.Height), tolerance: 0.15);
    }

    [Fact]
    public void An_impossible_range_gives_the_whole_image() =>
        Assert.Equal(CropBox.Whole(32, 32), CropBox.Sample(Seed, 32, 32, from: 0.01, to: 0.05));

    // By hand after the reference's rule: side = 0.875 of the shorter side, halves to even; offsets (length - side + 1) // 2, so that an
    // odd difference leaves one pixel more above and left of the crop.
    [Theory]
    [InlineData(224, 224, 14, 14, 196)]
    [InlineData(64, 64, 4, 4, 56)]
    [InlineData(33, 33, 2, 2, 29)]
    [InlineData(375, 500, 24, 86, 328)] // 328.125; 47 over, 172 over
    [InlineData(500, 375, 86, 24, 328)]
    [InlineData(333, 501, 21, 105, 291)] // 291.375; 42 over, 210 over
    [InlineData(501, 332, 106, 21, 290)] // 290.5 to the even 290; 211 over, 42 over
    [InlineData(340, 1000, 21, 351, 298)] // 297.5 to the even 298; 42 over, 702 over
    [InlineData(100, 41, 32, 3, 36)] // 35.875; 64 over, 5 over
    [InlineData(41, 100, 3, 32, 36)]
    public void The_central_crop_is_the_references(int height, int width, int top, int left, int side)
    {
        Assert.Equal(new CropBox(top, left, side, side), CropBox.Central(height, width, 0.875));
        Assert.Equal(new CropBox(top, left, side, side), Crops.EvaluationBox(height, width, side: 224));
        Assert.Equal(new CropBox(top, left, side, side), Crops.EvaluationBox(height, width, side: 33));
        Assert.Equal(CropBox.Whole(height, width), Crops.EvaluationBox(height, width, side: 32));
    }

    private static IEnumerable<CropBox> Sample(int count, int height, int width, double from, double to) =>
        Enumerable.Range(0, count).Select(i => CropBox.Sample(Seed.At(i), height, width, from, to));
}
