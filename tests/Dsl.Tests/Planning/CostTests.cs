namespace SimClrDsl.Tests.Planning;

/// <summary>Multiply-adds, against numbers that were not computed with this code.</summary>
public sealed class CostTests
{
    // torchvision's resnet18, 34, 50, 101 and 152 at 224 pixels, as its model pages state them with the classifier of 1000 classes:
    // 1.814, 3.664, 4.089, 7.801 and 11.514 billion. Its 18 and 34 have no projection in group 1.
    [Theory]
    [InlineData(50, 4_089_184_256)]
    [InlineData(101, 7_801_405_440)]
    [InlineData(152, 11_513_626_624)]
    public void Bottleneck_networks_cost_what_torchvisions_do(int depth, long withClassifier) =>
        Assert.Equal(withClassifier, Networks.Of(depth).Cost.MultiplyAdds + (2048 * 1000));

    [Theory]
    [InlineData(18, 1_814_073_344)]
    [InlineData(34, 3_663_761_408)]
    public void Basic_networks_cost_one_projection_more_than_torchvisions(int depth, long withClassifier) =>
        Assert.Equal(withClassifier + (56 * 56 * 64 * 64), Networks.Of(depth).Cost.MultiplyAdds + (512 * 1000));

    // Written from the shapes of the paper's figure: side, channels, blocks; independent of the planner's records.
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    public void A_ResNet_50_costs_what_its_shapes_say(int width, bool selective)
    {
        long total = selective
            ? 112L * 112 * 9 * ((3 * 32 * width) + (32 * 32 * width * width) + (32 * 64 * width * width))
            : 112L * 112 * 49 * 3 * 64 * width;
        (int Side, int Blocks)[] groups = [(56, 3), (28, 4), (14, 6), (7, 3)];
        long before = 64 * width;
        for (var g = 0; g < groups.Length; g++)
        {
            var (side, blocks) = groups[g];
            long inner = 64 * width << g;
            var (places, placesBefore) = ((long)side * side, (long)side * side * (g == 0 ? 1 : 4));
            var gate = selective ? 3 * inner * Math.Max(inner / 16, 32) : 0;
            var rest = (9 * inner * inner * (selective ? 2 : 1) * places) + (inner * 4 * inner * places) + gate;
            total += (before * inner * placesBefore) + rest + (before * 4 * inner * places);
            total += (blocks - 1) * ((4 * inner * inner * places) + rest);
            before = 4 * inner;
        }

        Assert.Equal(total, Networks.Of(50, width, selective).Cost.MultiplyAdds);
    }

    [Fact]
    public void Activations_are_the_output_of_each_convolution_before_and_after_its_norm() =>
        Assert.Equal(2 * 64 * 112 * 112, Networks.Of(50).Stem.Cost.Activations);
}
