using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Augment;

public sealed class ColourTests
{
    private static readonly Key Seed = Key.FromSeed(4);

    private static readonly float[][] Colours =
    [
        [0.2f, 0.5f, 0.9f],
        [0.8f, 0.1f, 0.3f],
        [0.6f, 0.6f, 0.1f],
        [0.5f, 0.5f, 0.5f],
        [0f, 0f, 0f],
        [1f, 1f, 1f],
        [1f, 0f, 0f],
        [0.25f, 0.75f, 0.25f],
        [0.9f, 0.9f, 0.2f],
        [0.1f, 0.7f, 0.7f],
    ];

    // Python 3.11 colorsys: h, s, v = rgb_to_hsv(…); hsv_to_rgb((h + 0.15) % 1, s, v).
    private static readonly float[][] Turned =
    [
        [0.53f, 0.2f, 0.9f],
        [0.8f, 0.53f, 0.1f],
        [0.15f, 0.6f, 0.1f],
        [0.5f, 0.5f, 0.5f],
        [0f, 0f, 0f],
        [1f, 1f, 1f],
        [1f, 0.9f, 0f],
        [0.25f, 0.75f, 0.7f],
        [0.27f, 0.9f, 0.2f],
        [0.1f, 0.16f, 0.7f],
    ];

    // The same with h − 0.2.
    private static readonly float[][] TurnedBack =
    [
        [0.2f, 0.9f, 0.46f],
        [0.46f, 0.1f, 0.8f],
        [0.6f, 0.1f, 0.2f],
        [0.5f, 0.5f, 0.5f],
        [0f, 0f, 0f],
        [1f, 1f, 1f],
        [0.8f, 0f, 1f],
        [0.75f, 0.65f, 0.25f],
        [0.9f, 0.2f, 0.34f],
        [0.22f, 0.7f, 0.1f],
    ];

    // hsv_to_rgb(h, min(1, 1.7 s), v).
    private static readonly float[][] Saturated =
    [
        [0f, 0.385714f, 0.9f],
        [0.8f, 0f, 0.228571f],
        [0.6f, 0.6f, 0f],
        [0.5f, 0.5f, 0.5f],
        [0f, 0f, 0f],
        [1f, 1f, 1f],
        [1f, 0f, 0f],
        [0f, 0.75f, 0f],
        [0.9f, 0.9f, 0f],
        [0f, 0.7f, 0.7f],
    ];

    [Fact]
    public void Hue_and_saturation_agree_with_Pythons_colorsys()
    {
        Check(Turned, ColourOperations.Hue(Pixels(), Amount(0.15)));
        Check(TurnedBack, ColourOperations.Hue(Pixels(), Amount(-0.2)));
        Check(Saturated, ColourOperations.Saturation(Pixels(), Amount(1.7)));
    }

    [Fact]
    public void No_saturation_is_grey_at_the_largest_channel()
    {
        var grey = ColourOperations.Saturation(Pixels(), Amount(0));
        Check([.. Colours.Select(static colour => Enumerable.Repeat(colour.Max(), 3).ToArray())], grey);
    }

    [Fact]
    public void A_full_turn_and_a_factor_of_one_change_nothing()
    {
        var x = Values.Pixels(3, 3, 9, 9);
        Values.Close(x.Floats(), ColourOperations.Hue(x, Amount(1)).Floats(), 2e-6);
        Values.Close(x.Floats(), ColourOperations.Saturation(x, Amount(1)).Floats(), 1e-6);
        Values.Close(x.Floats(), ColourOperations.Contrast(x, Amount(1)).Floats(), 1e-6);
        Values.Close(x.Floats(), ColourOperations.Brightness(x, Amount(1)).Floats(), 0);
    }

    [Fact]
    public void Brightness_multiplies_and_clips()
    {
        var x = Values.Pixels(2, 3, 4, 4);
        var y = ColourOperations.Brightness(x, tensor(new[] { 0.5f, 1.6f }).reshape(2, 1, 1, 1)).Floats();
        var expected = x.Floats().Select(static (value, i) => Math.Min(1, value * (i < 48 ? 0.5f : 1.6f)));
        Values.Close([.. expected], y, 1e-6);
    }

    [Fact]
    public void Contrast_is_about_each_channels_mean_and_clips()
    {
        var x = Values.Pixels(2, 3, 4, 4);
        var y = ColourOperations.Contrast(x, tensor(new[] { 0.4f, 1.8f }).reshape(2, 1, 1, 1)).Floats();
        var expected = x.Floats()
            .Chunk(16)
            .SelectMany(
                static (channel, i) =>
                {
                    var (mean, factor) = (channel.Average(), i < 3 ? 0.4f : 1.8f);
                    return channel.Select(value => Math.Clamp(mean + ((value - mean) * factor), 0, 1));
                }
            );
        Values.Close([.. expected], y, 1e-6);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void Distortion_touches_the_share_of_images_asked_for(int channels)
    {
        var images = Values.Pixels(500, channels, 4, 4);
        var distorted = images.DistortColour(Seed, strength: 1, probability: 0.8);
        var touched = Values.Differing(images, distorted);
        Assert.InRange(touched / 500.0, 0.74, 0.86);
        Assert.All(distorted.Floats(), static value => Assert.InRange(value, 0f, 1f));
    }

    [Fact]
    public void Distortion_leaves_its_input_alone_and_repeats_with_the_key()
    {
        var images = Values.Pixels(20, 3, 8, 8);
        var before = images.Floats();
        var distorted = images.DistortColour(Seed, 0.5, 0.8).Floats();
        Assert.Equal(before, images.Floats());
        Assert.Equal(distorted, images.DistortColour(Seed, 0.5, 0.8).Floats());
        Assert.NotEqual(distorted, images.DistortColour(Seed.At(1), 0.5, 0.8).Floats());
    }

    [Fact]
    public void A_sample_does_not_depend_on_the_size_of_its_batch()
    {
        var images = Values.Pixels(20, 3, 8, 8);
        var all = images.DistortColour(Seed, 1, 0.8).narrow(0, 0, 7);
        Values.Close(all.Floats(), images.narrow(0, 0, 7).DistortColour(Seed, 1, 0.8).Floats(), 1e-6);
    }

    [Theory]
    [InlineData(1, 2)]
    [InlineData(3, 4)]
    public void Every_image_undergoes_its_operations_in_an_order_of_its_own(int channels, int operations)
    {
        var images = Values.Pixels(60, channels, 4, 4);
        var distorted = Rows(images.DistortColour(Seed, strength: 1, probability: 1)).ToList();
        var orders = new HashSet<string>();
        for (var i = 0; i < distorted.Count; i++)
        {
            using var scope = NewDisposeScope();
            var draws = Seed.At("colour").At(i);
            double[] amounts =
            [
                draws.Uniform(1, 0.2, 1.8),
                draws.Uniform(2, 0.2, 1.8),
                draws.Uniform(3, 0.2, 1.8),
                draws.Uniform(4, -0.2, 0.2),
            ];
            var image = images.narrow(0, i, 1);
            var order = Permutations(operations).FirstOrDefault(order => Matches(order.Aggregate(image, Apply), distorted[i]));
            Assert.True(order is not null, $"image {i}: no order of the operations gives it");
            orders.Add(string.Join(' ', order));

            Tensor Apply(Tensor x, int operation) => Operations[operation](x, Amount(amounts[operation]));
        }

        // Orders that commute on an image count once.
        Assert.InRange(orders.Count, operations == 2 ? 2 : 10, 24);
    }

    private static readonly Func<Tensor, Tensor, Tensor>[] Operations =
    [
        ColourOperations.Brightness,
        ColourOperations.Contrast,
        ColourOperations.Saturation,
        ColourOperations.Hue,
    ];

    private static IEnumerable<int[]> Permutations(int count) =>
        count == 0
            ?
            [
                [],
            ]
            : Permutations(count - 1)
                .SelectMany(rest => Enumerable.Range(0, count).Select(at => (int[])[.. rest[..at], count - 1, .. rest[at..]]));

    private static bool Matches(Tensor expected, float[] actual) =>
        expected.Floats().Zip(actual, static (e, a) => Math.Abs(e - a)).Max() < 2e-6;

    private static IEnumerable<float[]> Rows(Tensor images) => images.Floats().Chunk((int)(images.numel() / images.shape[0]));

    private static Tensor Amount(double amount) => tensor(new[] { (float)amount }).reshape(1, 1, 1, 1);

    // [1, 3, 1, colours]
    private static Tensor Pixels() =>
        tensor(Colours.SelectMany(static colour => colour).ToArray()).reshape(1, -1, 1, 3).permute(0, 3, 2, 1);

    private static void Check(float[][] expected, Tensor actual) =>
        Values.Close([.. expected.SelectMany(static colour => colour)], actual.permute(0, 3, 2, 1).Floats(), 2e-6);

    [Fact]
    public void Brightness_of_the_first_version_is_added()
    {
        var images = full([64, 1, 2, 2], 0.5f);
        var changed = images.DistortColour(Key.FromSeed(2), strength: 0.5, probability: 1, Brightness.Add);

        // On flat grey ground contrast changes nothing: what is left is U(−0.4, 0.4).
        var shifts = changed.narrow(2, 0, 1).narrow(3, 0, 1).sub(0.5).Floats();
        Assert.All(shifts, static shift => Assert.InRange(shift, -0.4f, 0.4f));
        Assert.True(shifts.Max() > 0.3 && shifts.Min() < -0.3);
        Assert.NotEqual(changed.Floats(), images.DistortColour(Key.FromSeed(2), strength: 0.5, probability: 1).Floats());
    }
}
