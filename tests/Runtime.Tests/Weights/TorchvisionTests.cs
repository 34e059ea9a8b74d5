using System.Runtime.InteropServices;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Weights;
using SimClrDsl.Runtime.Weights.Names;
using static TorchSharp.torch;
using Depth34 = SimClrDsl.Experiments.Depth34;
using Selective50 = SimClrDsl.Experiments.Selective50;
using Torchvision50 = SimClrDsl.Experiments.Torchvision50;

namespace SimClrDsl.Runtime.Tests.Weights;

/// <summary>An exported network in torchvision itself, run by Debian's Python.</summary>
public sealed class TorchvisionTests : IDisposable
{
    private readonly TempFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Torchvisions_resnet_50_takes_the_encoder_and_gives_its_features()
    {
        using var scope = NewDisposeScope();
        var network = Randomised(Torchvision50.ContrastiveNetwork.Init(Key.FromSeed(1)), Torchvision50.ContrastiveNetwork.Start);
        var (theirs, plain) = InPython(network, StageNames.Pretrain);
        var ours = Torchvision50.Encoder.Infer(network.Params.Encoder, network.State.Encoder, Images);
        Values.Close(ours.Floats(), theirs.Floats(), 1e-4);

        // The one difference of structure is real: with torchvision's own max-pool the features are others.
        Assert.True((plain - ours).abs().max().item<float>() > 1e-2);
    }

    [Fact]
    public void A_classifier_on_the_encoders_output_becomes_fc()
    {
        using var scope = NewDisposeScope();
        var network = Randomised(Torchvision50.FinetunedNetwork.Init(Key.FromSeed(2)), Torchvision50.FinetunedNetwork.Start);
        var (theirs, _) = InPython(network, StageNames.Finetune);
        Values.Close(Torchvision50.FinetunedNetwork.Infer(network.Params, network.State, Images).Floats(), theirs.Floats(), 1e-4);
    }

    [Fact]
    public void A_network_that_torchvision_has_not_is_refused()
    {
        Refused(new Depth34.Experiment(), "ResNet-34 has a convolution on the skip of group 1");
        Refused(new Selective50.Experiment(), "torchvision has no selective kernels");
    }

    // The averaged weights are those that later stages and evaluations use.
    [Fact]
    public void Averaged_weights_are_the_ones_exported()
    {
        using var scope = NewDisposeScope();
        var plan = Plans.Of(new Experiments.Adam18.Experiment());
        var parameters = Experiments.Adam18.FinetunedNetwork.Init(Key.FromSeed(1));
        var carried = Experiments.Adam18.FinetuneStep.Carry(parameters, Experiments.Adam18.FinetunedNetwork.Start(parameters));
        var moved = carried with { Average = parameters.Map(static tensor => tensor.add(1)) };
        Checkpoint.Save(folder.File("finetune.safetensors"), Network.Of(parameters, moved), new Dictionary<string, string>());
        var written = WeightExport.Own(folder.File("finetune.safetensors"), plan, StageNames.Finetune, folder.File("own.safetensors"));
        var exported = Checkpoint
            .Load(folder.File("own.safetensors"), Network.Of(parameters, Experiments.Adam18.FinetunedNetwork.Start(parameters)))
            .Value();
        Assert.Equal(exported.Params.Leaves().Count + exported.State.Leaves().Count, written.Value());
        Assert.All(
            moved.Average.Leaves().Zip(exported.Params.Leaves()),
            static pair => Assert.True(Values.Same(pair.Item1.Value, pair.Item2.Value), pair.Item1.Path)
        );
    }

    private static Tensor Images => Values.Pixels(2, 3, 64, 64);

    private void Refused(IExperiment experiment, string reason)
    {
        var error = WeightExport.Torchvision("none", Plans.Of(experiment), StageNames.Pretrain, folder.File("out.safetensors")).Error();
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.Contains("Use '--as simclr'.", error, StringComparison.Ordinal);
    }

    // Scales, shifts and statistics that are not those of an untrained network, so that a mistaken name cannot go unseen.
    private static Network<TParams, TState> Randomised<TParams, TState>(TParams parameters, Func<TParams, TState> start)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        using var generator = Key.FromSeed(9).Generator();
        Tensor Change(Leaf leaf) =>
            leaf.Role is LeafRole.Kernel ? leaf.Value
            : leaf.Role is LeafRole.ClassifierKernel
                ? randn([.. leaf.Value.shape], dtype: ScalarType.Float32, generator: generator).mul_(0.01)
            : rand([.. leaf.Value.shape], dtype: ScalarType.Float32, generator: generator).mul_(0.5).add_(0.5);
        return Network.Of(parameters, start(parameters)).Map(Change);
    }

    private (Tensor Theirs, Tensor Plain) InPython<TParams, TState>(Network<TParams, TState> network, string stage)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        var (checkpoint, exported) = (folder.File("checkpoint.safetensors"), folder.File("exported.safetensors"));
        Checkpoint.Save(checkpoint, network, new Dictionary<string, string>());
        Assert.True(WeightExport.Torchvision(checkpoint, Plans.Of(new Torchvision50.Experiment()), stage, exported).IsRight);
        var (images, answers) = (folder.File("images.safetensors"), folder.File("answers.bin"));
        SafeTensors.Write(images, new Dictionary<string, Tensor> { ["images"] = Images }, new Dictionary<string, string>());
        Python.Run("torchvision_features.py", exported, images, answers, TorchvisionNames.MaxPool);
        var both = tensor(MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(answers)).ToArray()).reshape(2, 2, -1);
        return (both.select(0, 0), both.select(0, 1));
    }
}
