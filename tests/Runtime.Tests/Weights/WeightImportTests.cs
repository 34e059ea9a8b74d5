using SimClrDsl.Planning;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Weights;
using SimClrDsl.Runtime.Weights.Names;
using SimClrDsl.Specs;
using static TorchSharp.torch;
using Adam18 = SimClrDsl.Experiments.Adam18;
using Basic18 = SimClrDsl.Experiments.Basic18;
using Selective50 = SimClrDsl.Experiments.Selective50;

namespace SimClrDsl.Runtime.Tests.Weights;

/// <summary>Official checkpoints, as the tests write them, become the checkpoints of stages.</summary>
public sealed class WeightImportTests : IDisposable
{
    private static readonly Dictionary<string, string> Metadata = new() { ["stage"] = "pretrain" };

    private readonly TempFolder folder = new();

    private string Prefix => folder.File("model.ckpt-751");

    private string Path => folder.File("pretrain.safetensors");

    public void Dispose() => folder.Dispose();

    // The names that two independent converters of the official files agree on (reference facts, section 11), for r50_1x_sk1.
    [Fact]
    public void Layers_are_numbered_as_the_official_code_makes_them()
    {
        var plan = EncoderPlan.Of(
            new()
            {
                ResNet = 50,
                SelectiveKernel = true,
                Stem = Stem.Imagenet,
            },
            channels: 3,
            side: 224
        );
        var variables = TensorFlowNames.Of(new(EncoderLayers.Of(plan), [], Classifier: null));
        var kernels = variables.Where(static variable => variable.Target.Part == WeightPart.Kernel).ToList();
        Assert.Equal((87, 71), (kernels.Count, variables.Count(static variable => variable.Target.Part == WeightPart.Mean)));
        Assert.Equal(
            [
                "base_model/conv2d/kernel [3, 3, 3, 32] encoder.stem.first",
                "base_model/conv2d_1/kernel [3, 3, 32, 32] encoder.stem.second",
                "base_model/conv2d_2/kernel [3, 3, 32, 64] encoder.stem.third",
                "base_model/conv2d_3/kernel [1, 1, 64, 256] encoder.group1_entry.skip",
                "base_model/conv2d_4/kernel [1, 1, 64, 64] encoder.group1_entry.reduce",
                "base_model/conv2d_5/kernel [3, 3, 64, 128] encoder.group1_entry.spatial.streams",
                "base_model/conv2d_6/kernel [1, 1, 64, 32] encoder.group1_entry.spatial.squeeze",
                "base_model/conv2d_7/kernel [1, 1, 32, 128] encoder.group1_entry.spatial.expand",
                "base_model/conv2d_8/kernel [1, 1, 64, 256] encoder.group1_entry.expand",
                "base_model/conv2d_9/kernel [1, 1, 256, 64] encoder.group1_body.0.reduce",
            ],
            kernels.Take(10).Select(static kernel => $"{kernel.Name} {kernel.Shape} {Layer(kernel.Target.Name)}")
        );

        // The expand convolution has no batch norm, so that the two counters drift apart.
        Assert.Equal("base_model/batch_normalization_7/gamma", Gamma("params.encoder.group1_entry.expand.norm.scale"));
        Assert.Equal("base_model/batch_normalization_70/gamma", Gamma("params.encoder.group4_body.1.expand.norm.scale"));
        string Gamma(string name) => variables.Single(variable => variable.Target.Name == name).Name;
    }

    [Fact]
    public void A_network_comes_over_in_the_layout_it_has_here()
    {
        var network = Network.Of(
            Selective50.ContrastiveNetwork.Init(Key.FromSeed(3)),
            Randomised(Selective50.ContrastiveNetwork.Start(Selective50.ContrastiveNetwork.Init(Key.FromSeed(4))))
        );
        var plan = Plans.Of(new Selective50.Experiment());
        Write(plan, network, extras: [("global_step", tensor(751L)), ("base_model/conv2d/kernel/Momentum", ones(3, 3, 3, 8))]);
        var imported = WeightImport.TensorFlow(Prefix, plan, StageNames.Pretrain, Path, Metadata).Value();
        Assert.Equal(new ImportedWeights(network.Leaves().Count, Left: 2), imported);
        var read = Checkpoint.Load(Path, network.Map(static tensor => zeros_like(tensor)), Metadata).Value();
        foreach (var (was, now) in network.Leaves().Zip(read.Leaves()))
        {
            Assert.True(Values.Same(was.Value, now.Value), was.Path);
        }
    }

    [Fact]
    public void The_moving_average_of_a_checkpoint_becomes_the_memory_and_the_rest_starts_afresh()
    {
        var plan = Plans.Of(new Adam18.Experiment());
        var parameters = Adam18.ContrastiveNetwork.Init(Key.FromSeed(3));
        var statistics = Adam18.ContrastiveNetwork.Start(parameters);
        var network = Network.Of(parameters, statistics);
        var average = network.Map(static tensor => tensor.add(1));
        Write(plan, network, [.. Variables(plan, average, "ema_model/")]);
        WeightImport.TensorFlow(Prefix, plan, StageNames.Pretrain, Path, Metadata).Value();
        var template = Network.Of(parameters, Adam18.PretrainStep.Carry(parameters, statistics, Key.FromSeed(5)));
        var (p, s) = Checkpoint.Load(Path, template, Metadata).Value();
        Same(parameters, p);
        Same(parameters, s.Average);
        Same(average.Params, s.Memory.Params);
        Same(average.State, s.Memory.State);
        Assert.All(s.Squares.Leaves(), static leaf => Assert.Equal(0, leaf.Value.abs().sum().item<float>()));
        Values.Close([.. Enumerable.Repeat(1f, 64)], s.Memory.Queue.square().sum(1).Floats(), 1e-5);
    }

    [Fact]
    public void Another_network_is_refused_before_anything_is_written()
    {
        var plan = Plans.Of(new Basic18.Experiment());
        var parameters = Basic18.ContrastiveNetwork.Init(Key.FromSeed(3));
        var variables = Variables(plan, Network.Of(parameters, Basic18.ContrastiveNetwork.Start(parameters)))
            .Where(static variable => variable.Name != "base_model/batch_normalization_2/beta")
            .Select(static variable => variable.Name == "base_model/conv2d/kernel" ? (variable.Name, Value: ones(7, 7, 1, 8)) : variable);
        BundleWriter.Write(Prefix, variables);
        var error = WeightImport.TensorFlow(Prefix, plan, StageNames.Pretrain, Path, Metadata).Error();
        Assert.Contains(
            "does not hold this network: it lacks base_model/batch_normalization_2/beta; it differs in "
                + "base_model/conv2d/kernel (float32 [7, 7, 1, 8], not float32 [3, 3,",
            error,
            StringComparison.Ordinal
        );
        Assert.False(File.Exists(Path));
    }

    private void Write<TParams, TState>(Plan plan, Network<TParams, TState> network, (string, Tensor)[] extras)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> => BundleWriter.Write(Prefix, [.. Variables(plan, network), .. extras]);

    // From the layout here to TensorFlow's, written on its own: outputs move from the front to the end.
    private static IEnumerable<(string Name, Tensor Value)> Variables<TParams, TState>(
        Plan plan,
        Network<TParams, TState> network,
        string scope = ""
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var leaves = network.Leaves().ToDictionary(static leaf => leaf.Path, static leaf => leaf.Value);
        return TensorFlowNames
            .Of(NetworkLayers.Of(plan, StageNames.Pretrain), scope)
            .Select(variable => (variable.Name, Moved(leaves[variable.Target.Name])));
    }

    private static Tensor Moved(Tensor value) =>
        value.dim() switch
        {
            4 => value.permute(2, 3, 1, 0).contiguous(),
            2 => value.permute(1, 0).contiguous(),
            _ => value,
        };

    private static T Randomised<T>(T tree)
        where T : class, ITree<T> => tree.Map(static tensor => rand_like(tensor));

    private static void Same<T>(T expected, T actual)
        where T : class, ITree<T> =>
        Assert.All(expected.Leaves().Zip(actual.Leaves()), static pair => Assert.True(Values.Same(pair.Item1.Value, pair.Item2.Value)));

    private static string Layer(string name) => name["params.".Length..].Replace(".kernel", "", StringComparison.Ordinal);
}
