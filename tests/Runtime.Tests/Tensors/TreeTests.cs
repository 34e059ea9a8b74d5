using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Weights;
using static TorchSharp.torch;
using Basic18 = SimClrDsl.Experiments.Basic18;
using Depth34 = SimClrDsl.Experiments.Depth34;

namespace SimClrDsl.Runtime.Tests.Tensors;

/// <summary>The generated records as trees of tensors.</summary>
public sealed class TreeTests
{
    private static readonly Basic18.ContrastiveNetwork.Params Parameters = Basic18.ContrastiveNetwork.Init(Key.FromSeed(1));

    [Fact]
    public void Leaves_are_property_paths_in_declaration_order()
    {
        string[] units =
        [
            "encoder.stem.conv",
            .. Enumerable
                .Range(1, 4)
                .SelectMany(static group =>
                    new[]
                    {
                        $"encoder.group{group}_entry.first",
                        $"encoder.group{group}_entry.second",
                        $"encoder.group{group}_entry.skip",
                        $"encoder.group{group}_body.0.first",
                        $"encoder.group{group}_body.0.second",
                    }
                ),
            "head.layer1",
            "head.layer2",
        ];
        string[] expected =
        [
            .. units.SelectMany(static unit => new[] { $"{unit}.kernel", $"{unit}.norm.scale", $"{unit}.norm.shift" }),
            "head.layer3.kernel",
            "head.layer3.scale",
        ];
        Assert.Equal(expected, Parameters.Leaves().Select(static leaf => leaf.Path));
    }

    [Fact]
    public void Statistics_have_a_mean_and_a_variance_each()
    {
        var paths = Basic18.FinetunedNetwork.Start(Basic18.FinetunedNetwork.Init(Key.FromSeed(1))).Leaves();
        Assert.Equal(2 * 22, paths.Count);
        Assert.All(paths, static leaf => Assert.Equal(LeafRole.Statistic, leaf.Role));
        Assert.Equal(["encoder.stem.conv.mean", "encoder.stem.conv.variance"], paths.Take(2).Select(static leaf => leaf.Path));
        Assert.Equal(["layer1.mean", "layer1.variance"], paths.TakeLast(2).Select(static leaf => leaf.Path));
    }

    [Fact]
    public void Checkpoint_keys_are_the_property_paths()
    {
        using var folder = new TempFolder();
        var network = Network.Of(Parameters, Basic18.ContrastiveNetwork.Start(Parameters));
        Checkpoint.Save(folder.File("a.safetensors"), network, new Dictionary<string, string>());
        var expected = Parameters
            .Leaves()
            .Select(static leaf => $"params.{leaf.Path}")
            .Concat(network.State.Leaves().Select(static leaf => $"state.{leaf.Path}"));
        Assert.Equal(expected.Order(), SafeTensors.Read(folder.File("a.safetensors")).Value().Tensors.Keys.Order());
    }

    [Fact]
    public void Roles_follow_what_a_leaf_is()
    {
        var network = Basic18.FinetunedNetwork.Init(Key.FromSeed(1));
        foreach (var leaf in network.Leaves())
        {
            var expected = leaf.Path switch
            {
                "classifier.kernel" => LeafRole.ClassifierKernel,
                "classifier.bias" => LeafRole.Bias,
                _ when leaf.Path.EndsWith(".kernel", StringComparison.Ordinal) => LeafRole.Kernel,
                _ => LeafRole.Normalization,
            };
            Assert.Equal(expected, leaf.Role);
        }
    }

    [Fact]
    public void Map_by_identity_keeps_every_tensor()
    {
        var same = Parameters.Map(static tensor => tensor);
        Assert.NotSame(Parameters, same);
        Assert.Equal(Tensors(Parameters), Tensors(same), ReferenceEqualityComparer.Instance);
    }

    [Fact]
    public void Zip_pairs_leaves_of_the_same_path()
    {
        var difference = Parameters.Zip(Parameters.Map(static tensor => tensor + 1), static (a, b) => b - a);
        Assert.All(difference.Leaves(), static leaf => Values.Close(ones_like(leaf.Value).Floats(), leaf.Value.Floats(), 1e-6));
    }

    [Fact]
    public void A_tree_that_is_too_short_names_the_leaf_it_ends_before()
    {
        var error = Assert.Throws<ArgumentException>(() => Parameters.With([zeros(1)]));
        Assert.Contains("encoder.stem.conv.norm.scale", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_clone_does_not_share_memory()
    {
        var original = Basic18.Stem.Init(Key.FromSeed(1));
        var before = original.Conv.Kernel.Floats();
        original.Clone().Conv.Kernel.zero_();
        Assert.Equal(before, original.Conv.Kernel.Floats());
    }

    [Fact]
    public void Zeros_like_has_the_same_shapes()
    {
        var zeros = Parameters.ZerosLike();
        Assert.Equal(Parameters.Leaves().Select(static leaf => leaf.Value.shape), zeros.Leaves().Select(static leaf => leaf.Value.shape));
        Assert.All(zeros.Leaves(), static leaf => Assert.Equal(0f, leaf.Value.abs().sum().item<float>()));
    }

    // Table of section 2 of the reference facts at width 1; these channels are an eighth of it, counted by hand for the first group.
    [Fact]
    public void Count_adds_up_the_values()
    {
        Assert.Equal((3 * 3 * 3 * 8) + 16, Parameters.Encoder.Stem.Count());
        Assert.Equal((2 * 3 * 3 * 8 * 8) + (8 * 8) + (3 * 16), Parameters.Encoder.Group1Entry.Count());
    }

    [Fact]
    public void A_chain_holds_its_blocks_in_order_under_their_index()
    {
        var body = Depth34.Encoder.Init(Key.FromSeed(1)).Group3Body;
        Assert.Equal(5, body.Count);
        Assert.Equal(
            Enumerable.Range(0, 5).Select(static i => $"{i}.first.kernel"),
            body.Leaves().Select(static leaf => leaf.Path).Where(static path => path.EndsWith("first.kernel", StringComparison.Ordinal))
        );
        Assert.Same(body[2].First.Kernel, body.Leaves()[2 * 6].Value);
    }

    [Fact]
    public void Blocks_of_a_chain_start_with_different_weights()
    {
        var body = Depth34.Encoder.Init(Key.FromSeed(1)).Group3Body;
        Assert.NotEqual(body[0].First.Kernel.Floats(), body[1].First.Kernel.Floats());
    }

    private static IEnumerable<Tensor> Tensors<T>(T tree)
        where T : class, ITree<T> => tree.Leaves().Select(static leaf => leaf.Value);
}
