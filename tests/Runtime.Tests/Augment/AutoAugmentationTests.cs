using System.Globalization;
using SimClrDsl.Runtime.Augment;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Augment;

/// <summary>torchvision's AutoAugment: its tables of policies and magnitudes, and what its operations make of images.</summary>
public sealed class TorchvisionPolicies : IDisposable
{
    internal const int Height = 23;
    internal const int Width = 32;

    private readonly TempFolder folder = new();

    public TorchvisionPolicies()
    {
        Images = cat([Values.Images(3, 3, Height, Width), Smooth(3)]);
        var (input, output, tables) = (folder.File("images.bin"), folder.File("answers.bin"), folder.File("tables.txt"));
        File.WriteAllBytes(input, Images.bytes.ToArray());
        Python.Run("torchvision_operations.py", input, "6", "3", $"{Height}", $"{Width}", output, tables);
        var lines = File.ReadAllLines(tables).Select(static line => line.Split(' ')).ToLookup(static words => words[0]);
        Applied =
        [
            .. lines["apply"]
                .Select(static words => new Application(Operation(words[1]), Whole(words[2]), Whole(words[3]), Number(words[4]))),
        ];
        Pairs = lines["pair"]
            .ToLookup(static words => Enum.Parse<AutoAugmentPolicy>(words[1]), static words => (Part(words[2..5]), Part(words[5..8])));
        Answers = tensor(File.ReadAllBytes(output)).reshape(Applied.Count, 6, 3, Height, Width);
    }

    /// <summary>An operation at a level.</summary>
    internal sealed record Application(PolicyOperation Operation, int Level, int Sign, double Magnitude);

    /// <summary>uint8 [6, 3, height, width].</summary>
    internal Tensor Images { get; }

    internal IReadOnlyList<Application> Applied { get; }

    /// <summary>The images under each of them: uint8 [applied, 6, 3, height, width].</summary>
    internal Tensor Answers { get; }

    internal ILookup<AutoAugmentPolicy, (Policies.Part First, Policies.Part Second)> Pairs { get; }

    public void Dispose() => folder.Dispose();

    // Gradients of few colours, so that histograms have gaps.
    private static Tensor Smooth(int n) =>
        arange(n * 3 * Height * Width).remainder(61).mul(2).add(40).to(ScalarType.Byte).reshape(n, 3, Height, Width);

    private static PolicyOperation Operation(string name) => Enum.Parse<PolicyOperation>(name);

    // An operation without a magnitude has level 0 here and none there.
    private static Policies.Part Part(string[] words) => new(Operation(words[0]), Number(words[1]), Math.Max(0, Whole(words[2])));

    private static int Whole(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}

public sealed class AutoAugmentationTests(TorchvisionPolicies torchvision) : IClassFixture<TorchvisionPolicies>
{
    private static readonly PolicyOperation[] WithoutMagnitude =
    [
        PolicyOperation.AutoContrast,
        PolicyOperation.Equalize,
        PolicyOperation.Invert,
    ];

    [Theory]
    [InlineData(AutoAugmentPolicy.Imagenet)]
    [InlineData(AutoAugmentPolicy.Cifar10)]
    public void All_pairs_of_operations_are_those_of_torchvision(AutoAugmentPolicy policy)
    {
        Assert.Equal(25, torchvision.Pairs[policy].Count());
        Assert.Equal(torchvision.Pairs[policy], Policies.Of(policy));
    }

    [Fact]
    public void Every_magnitude_is_that_of_torchvision()
    {
        foreach (var (operation, level, sign, magnitude) in torchvision.Applied.Where(static a => !WithoutMagnitude.Contains(a.Operation)))
        {
            var ours = AutoAugmentation.Magnitude(operation, level, sign, TorchvisionPolicies.Height, TorchvisionPolicies.Width);
            Assert.True(Math.Abs(ours - magnitude) < 1e-4, $"{operation} at {level}, sign {sign}: {ours}, torchvision {magnitude}");
        }

        // A coin's sign does nothing to what has none.
        foreach (var operation in (PolicyOperation[])[PolicyOperation.Posterize, PolicyOperation.Solarize])
        {
            Assert.Equal(AutoAugmentation.Magnitude(operation, 7, 1, 23, 32), AutoAugmentation.Magnitude(operation, 7, -1, 23, 32));
        }
    }

    /// <summary>Every operation at every level and sign, on bytes.</summary>
    [Fact]
    public void Operations_make_what_those_of_torchvision_make()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(Enum.GetValues<PolicyOperation>().ToHashSet(), torchvision.Applied.Select(static a => a.Operation).ToHashSet());
        var x = torchvision.Images.to(ScalarType.Float32);
        foreach (var (i, (operation, level, sign, _)) in torchvision.Applied.Index())
        {
            var magnitude = AutoAugmentation.Magnitude(operation, level, sign, TorchvisionPolicies.Height, TorchvisionPolicies.Width);
            var ours = AutoAugmentation.Apply(operation, x, full([6, 1, 1, 1], (float)magnitude));
            Assert.True(ours.eq(ours.floor()).all().item<bool>() && ours.min().item<float>() >= 0 && ours.max().item<float>() <= 255);

            // A pixel may fall to the other side of a rounding: by one level, or, where an image moves and a pixel lies half-way between
            // two, to its neighbour; a slightly larger or smaller move then gives torchvision's.
            double[] moves = Moves(operation) ? [magnitude, magnitude * 1.0001, magnitude * 0.9999] : [magnitude];
            var answer = torchvision.Answers.select(0, i).to(ScalarType.Float32);
            var apart = moves
                .Select(move => (AutoAugmentation.Apply(operation, x, full([6, 1, 1, 1], (float)move)) - answer).abs())
                .Aggregate(static (least, other) => least.minimum(other))
                .gt(1)
                .to(ScalarType.Float32)
                .mean()
                .item<float>();
            Assert.True(apart <= (Moves(operation) ? 0.01 : 0), $"{operation} at {level}, sign {sign}: {apart:P2} of the pixels differ");
        }
    }

    [Theory]
    [InlineData(AutoAugmentPolicy.Imagenet)]
    [InlineData(AutoAugmentPolicy.Cifar10)]
    public void Each_image_draws_for_itself(AutoAugmentPolicy policy)
    {
        var one = torchvision.Images.narrow(0, 3, 1).to(ScalarType.Float32).div(255);
        var images = one.expand([16, -1, -1, -1]).contiguous();
        var key = Key.FromSeed(3);
        var views = images.AutoAugment(key, policy);
        Assert.Equal(views.Floats(), images.AutoAugment(key, policy).Floats());
        Assert.InRange(views.Floats().Chunk(3 * 23 * 32).Select(static view => string.Join(' ', view)).Distinct().Count(), 8, 16);
        Assert.Equal(views.narrow(0, 0, 4).Floats(), images.narrow(0, 0, 4).AutoAugment(key, policy).Floats());
        Assert.True(views.min().item<float>() >= 0 && views.max().item<float>() <= 1);
    }

    /// <summary>
    /// Pairs are drawn with equal probability, each part by its own, signs by a coin of their own: counted over 20,000 images against
    /// torchvision's table. Five standard deviations; the key is fixed.
    /// </summary>
    [Theory]
    [InlineData(AutoAugmentPolicy.Imagenet)]
    [InlineData(AutoAugmentPolicy.Cifar10)]
    public void Operations_are_drawn_as_often_as_the_table_says(AutoAugmentPolicy policy)
    {
        const int images = 20_000;
        var key = Key.FromSeed(12);
        var pairs = Policies.Of(policy);
        var drawn = Enumerable.Range(0, images).Select(i => AutoAugmentation.Draw(key.At(i), i, pairs).ToList()).ToList();
        foreach (var turn in (int[])[0, 1])
        {
            var expected = torchvision
                .Pairs[policy]
                .Select(pair => turn == 0 ? pair.First : pair.Second)
                .GroupBy(static part => (part.Operation, part.Level))
                .ToDictionary(static group => group.Key, static group => group.Sum(static part => part.Probability) / 25);
            var counts = drawn
                .SelectMany(static parts => parts)
                .Where(part => part.Turn == turn)
                .ToLookup(static part => (part.Operation, part.Level));
            Assert.Subset(expected.Keys.ToHashSet(), counts.Select(static group => group.Key).ToHashSet());
            Assert.All(expected, part => Chances.Fits(counts[part.Key].Count(), images, part.Value, $"{part.Key} in turn {turn}"));
        }

        // Both parts of a pair, one, or none: each part by itself.
        var both = torchvision.Pairs[policy].Average(static pair => pair.First.Probability * pair.Second.Probability);
        Chances.Fits(drawn.Count(static parts => parts.Count == 2), images, both, "both parts");

        var signs = drawn.Where(static parts => parts.Count == 2).ToList();
        Chances.Fits(signs.Count(static parts => parts[0].Sign > 0), signs.Count, 0.5, "the first sign");
        Chances.Fits(signs.Count(static parts => parts[1].Sign > 0), signs.Count, 0.5, "the second sign");
        Chances.Fits(signs.Count(static parts => parts[0].Sign == parts[1].Sign), signs.Count, 0.5, "equal signs");
    }

    [Fact]
    public void Grey_images_keep_their_channel() =>
        Assert.Equal([4, 1, 12, 12], Values.Pixels(4, 1, 12, 12).AutoAugment(Key.FromSeed(1), AutoAugmentPolicy.Cifar10).shape);

    private static bool Moves(PolicyOperation operation) =>
        operation
            is PolicyOperation.ShearX
                or PolicyOperation.ShearY
                or PolicyOperation.TranslateX
                or PolicyOperation.TranslateY
                or PolicyOperation.Rotate;
}
