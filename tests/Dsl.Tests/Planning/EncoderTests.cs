using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Tests.Planning;

/// <summary>
/// The tables of the reference, section 2: its script counts the official code's variables, and reproduces the paper's Table 1 and two
/// counts that users of that code measured.
/// </summary>
public sealed class EncoderTests
{
    [Theory]
    [InlineData(50, 1, false, 24, 23508032, 23561152, 23500352, 23553472, 53, 53, 2048)]
    [InlineData(50, 1, true, 35, 35215584, 35277408, 35188672, 35250368, 87, 71, 2048)]
    [InlineData(50, 2, false, 94, 93907072, 94013312, 93891712, 93997952, 53, 53, 4096)]
    [InlineData(50, 2, true, 140, 140306048, 140428864, 140196928, 140319488, 87, 71, 4096)]
    [InlineData(101, 1, false, 43, 42500160, 42605504, 42492480, 42597824, 104, 104, 2048)]
    [InlineData(101, 1, true, 65, 64662304, 64786144, 64635392, 64759104, 172, 139, 2048)]
    [InlineData(101, 2, false, 170, 169771136, 169981824, 169755776, 169966464, 104, 104, 4096)]
    [InlineData(101, 2, true, 257, 257132224, 257377984, 257023104, 257268608, 172, 139, 4096)]
    [InlineData(152, 1, false, 58, 58143808, 58295232, 58136128, 58287552, 155, 155, 2048)]
    [InlineData(152, 1, true, 89, 88940896, 89119584, 88913984, 89092544, 257, 207, 2048)]
    [InlineData(152, 2, false, 233, 232253568, 232556416, 232238208, 232541056, 155, 155, 4096)]
    [InlineData(152, 2, true, 354, 353398528, 353752896, 353289408, 353643520, 257, 207, 4096)]
    [InlineData(152, 3, true, 795, 794704160, 795235360, 794457536, 794988352, 257, 207, 6144)]
    public void The_networks_of_table_1_have_the_number_of_parameters_it_gives(
        int depth,
        int width,
        bool selective,
        int published,
        long weights,
        long withStatistics,
        long smallWeights,
        long smallWithStatistics,
        int convolutions,
        int norms,
        int features
    )
    {
        var (large, small) = (Networks.Of(depth, width, selective), Networks.Of(depth, width, selective, Stem.Small));
        Assert.Equal((weights, withStatistics), Counts(large));
        Assert.Equal((smallWeights, smallWithStatistics), Counts(small));
        Assert.Equal(published, Math.Round(withStatistics / 1e6));
        Assert.Equal((convolutions, norms), (Networks.Convolutions(large), Networks.BatchNorms(large)));
        // ResNet-D's stem has two convolutions more than the small one.
        Assert.Equal(selective ? convolutions - 2 : convolutions, Networks.Convolutions(small));
        Assert.Equal((features, features), (large.Features, small.Features));
    }

    // Selective kernels in 18 and 34 are the official code's: they change stem and skips only.
    [Theory]
    [InlineData(18, false, Stem.Imagenet, 11180736, 11190464, 21, 21, 512)]
    [InlineData(18, false, Stem.Small, 11173056, 11182784, 21, 21, 512)]
    [InlineData(18, true, Stem.Imagenet, 11199968, 11209824, 23, 23, 512)]
    [InlineData(18, true, Stem.Small, 11173056, 11182784, 21, 21, 512)]
    [InlineData(34, false, Stem.Imagenet, 21288896, 21306048, 37, 37, 512)]
    [InlineData(34, false, Stem.Small, 21281216, 21298368, 37, 37, 512)]
    [InlineData(34, true, Stem.Imagenet, 21308128, 21325408, 39, 39, 512)]
    [InlineData(34, true, Stem.Small, 21281216, 21298368, 37, 37, 512)]
    [InlineData(200, false, Stem.Imagenet, 62624832, 62800832, 203, 203, 2048)]
    [InlineData(200, false, Stem.Small, 62617152, 62793152, 203, 203, 2048)]
    [InlineData(200, true, Stem.Imagenet, 95982944, 96191328, 337, 271, 2048)]
    [InlineData(200, true, Stem.Small, 95956032, 96164288, 335, 269, 2048)]
    public void The_other_depths_have_as_many_parameters_as_in_the_official_code(
        int depth,
        bool selective,
        Stem stem,
        long weights,
        long withStatistics,
        int convolutions,
        int norms,
        int features
    )
    {
        var plan = Networks.Of(depth, selective: selective, stem: stem);
        Assert.Equal((weights, withStatistics), Counts(plan));
        Assert.Equal((convolutions, norms), (Networks.Convolutions(plan), Networks.BatchNorms(plan)));
        Assert.Equal(features, plan.Features);
    }

    // Counted by the reference's script for the variant without official form: a unit in place of each block's first convolution.
    [Theory]
    [InlineData(18, Stem.Imagenet, 16107232, 16121440)]
    [InlineData(18, Stem.Small, 16080320, 16094400)]
    [InlineData(34, Stem.Imagenet, 31448160, 31474016)]
    [InlineData(34, Stem.Small, 31421248, 31446976)]
    public void Selective_basic_blocks_have_as_many_parameters_as_the_script_counts(int depth, Stem stem, long weights, long withStatistics)
    {
        var plan = Networks.Of(depth, selective: true, stem: stem, basic: BasicBlock.Selective);
        Assert.Equal((weights, withStatistics), Counts(plan));
        // Two convolutions and one batch norm more a block than the official network: the gate.
        var official = Networks.Of(depth, selective: true, stem: stem);
        var blocks = Networks.Blocks(plan).Sum(static item => item.Times);
        Assert.Equal(Networks.Convolutions(official) + (2 * blocks), Networks.Convolutions(plan));
        Assert.Equal(Networks.BatchNorms(official) + blocks, Networks.BatchNorms(plan));
        Assert.Equal(512, plan.Features);
    }

    [Fact]
    public void The_title_of_a_network_says_which_basic_block_it_has()
    {
        Assert.Equal("ResNet-18", Networks.Of(18).Title);
        Assert.Equal("ResNet-18 +D", Networks.Of(18, selective: true).Title);
        Assert.Equal("ResNet-18 +SK", Networks.Of(18, selective: true, basic: BasicBlock.Selective).Title);
        Assert.Equal("ResNet-50 +SK", Networks.Of(50, selective: true, basic: BasicBlock.Official).Title);
    }

    [Fact]
    public void The_kind_of_basic_block_changes_no_network_without_basic_blocks()
    {
        Assert.Equal(Networks.Of(50, selective: true), Networks.Of(50, selective: true, basic: BasicBlock.Selective));
        Assert.Equal(Networks.Of(18), Networks.Of(18, basic: BasicBlock.Selective));
    }

    // google-research/simclr issue 118: the official ResNet-50 with ratio 1, as its users counted it.
    [Theory]
    [InlineData(1, 38700384)]
    [InlineData(2, 154526400)]
    public void A_selective_kernel_ratio_of_one_gives_the_parameters_that_users_measured(int width, long measured)
    {
        var spec = new EncoderSpec
        {
            ResNet = 50,
            Width = width,
            SelectiveKernel = true,
            SelectiveKernelRatio = 1,
        };
        var (_, withStatistics) = Counts(EncoderPlan.Of(spec, channels: 3, side: 224));
        Assert.Equal(measured, withStatistics);
    }

    [Theory]
    [InlineData(1, new[] { 32, 32, 32, 32 })]
    [InlineData(2, new[] { 32, 32, 32, 64 })]
    [InlineData(3, new[] { 32, 32, 48, 96 })]
    public void The_gate_has_a_sixteenth_of_its_channels_and_at_least_32(int width, int[] squeezed) =>
        Assert.Equal(
            squeezed,
            Networks
                .Of(50, width, selective: true)
                .Groups.Select(static group => Assert.IsType<BlockPlan.Selective>(group.Entry).Spatial.Squeezed)
        );

    [Theory]
    [InlineData(224, Stem.Imagenet, new[] { 56, 28, 14, 7 })]
    [InlineData(32, Stem.Small, new[] { 32, 16, 8, 4 })]
    [InlineData(28, Stem.Small, new[] { 28, 14, 7, 4 })]
    [InlineData(33, Stem.Imagenet, new[] { 9, 5, 3, 2 })]
    public void The_stem_follows_the_image_size_and_feature_maps_halve(int side, Stem stem, int[] sides)
    {
        var plan = EncoderPlan.Of(new() { ResNet = 50 }, channels: 3, side);
        Assert.Equal(stem, plan.StemKind);
        Assert.Equal(sides, plan.Groups.Select(static group => group.Entry.SideOut));
        Assert.Equal(sides, plan.Groups.Select(static group => group.Body.SideOut));
    }

    [Fact]
    public void Every_group_projects_once_and_strides_from_the_second_group_on()
    {
        foreach (var plan in new[] { Networks.Of(18), Networks.Of(50), Networks.Of(50, selective: true) })
        {
            Assert.Equal([1, 2, 2, 2], plan.Groups.Select(static group => group.Entry.Stride));
            Assert.All(plan.Groups, static group => Assert.IsNotType<SkipPlan.Identity>(group.Entry.Skip));
            Assert.All(plan.Groups, static group => Assert.IsType<SkipPlan.Identity>(group.Body.Skip));
        }
    }

    [Fact]
    public void ResNet_D_pools_before_its_skips_at_stride_1_too()
    {
        var skips = Networks
            .Of(50, selective: true)
            .Groups.Select(static group => Assert.IsType<SkipPlan.Pooled>(group.Entry.Skip))
            .ToArray();
        Assert.Equal([1, 2, 2, 2], skips.Select(static skip => skip.Stride));
        Assert.All(skips, static skip => Assert.Equal(1, skip.Conv.Stride));
    }

    [Fact]
    public void Only_the_last_norm_of_a_block_starts_at_zero() =>
        Assert.All(
            Networks
                .Blocks(Networks.Of(18))
                .Concat(Networks.Blocks(Networks.Of(50)))
                .Concat(Networks.Blocks(Networks.Of(50, selective: true)))
                .Concat(Networks.Blocks(Networks.Of(18, selective: true, basic: BasicBlock.Selective))),
            static item =>
                Assert.True(
                    item.Block.Match(
                        static basic => !basic.First.ZeroGamma && basic.Second.ZeroGamma,
                        static block => !block.Reduce.ZeroGamma && !block.Spatial.ZeroGamma && block.Expand.ZeroGamma,
                        static block => !block.Reduce.ZeroGamma && !block.Spatial.Streams.ZeroGamma && block.Expand.ZeroGamma,
                        static block => !block.First.Streams.ZeroGamma && block.Second.ZeroGamma
                    )
                )
        );

    private static (long Weights, long WithStatistics) Counts(EncoderPlan plan) =>
        (plan.Cost.Parameters.Weights, plan.Cost.Parameters.WithStatistics);
}
