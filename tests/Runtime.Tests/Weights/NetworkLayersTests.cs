using SimClrDsl.Planning;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Weights.Names;
using Adam18 = SimClrDsl.Experiments.Adam18;
using Basic18 = SimClrDsl.Experiments.Basic18;
using Bottleneck50 = SimClrDsl.Experiments.Bottleneck50;
using Chain18 = SimClrDsl.Experiments.Chain18;
using Depth152 = SimClrDsl.Experiments.Depth152;
using HeadLinear = SimClrDsl.Experiments.HeadLinear;
using HeadNone = SimClrDsl.Experiments.HeadNone;
using MemoryOnline = SimClrDsl.Experiments.MemoryOnline;
using OnlineHead18 = SimClrDsl.Experiments.OnlineHead;
using Selective18 = SimClrDsl.Experiments.Selective18;
using Selective50 = SimClrDsl.Experiments.Selective50;
using Selective50Small = SimClrDsl.Experiments.Selective50Small;

namespace SimClrDsl.Runtime.Tests.Weights;

/// <summary>What is read off the plan is what the generated records hold: the same names with the same shapes.</summary>
public sealed class NetworkLayersTests
{
    [Fact]
    public void Layers_are_known_of_pretrained_networks_of_every_kind_of_block_and_stem()
    {
        Same(new Basic18.Experiment(), StageNames.Pretrain, Basic18.ContrastiveNetwork.Init, Basic18.ContrastiveNetwork.Start);
        Same(new Selective18.Experiment(), StageNames.Pretrain, Selective18.ContrastiveNetwork.Init, Selective18.ContrastiveNetwork.Start);
        Same(
            new Bottleneck50.Experiment(),
            StageNames.Pretrain,
            Bottleneck50.ContrastiveNetwork.Init,
            Bottleneck50.ContrastiveNetwork.Start
        );
        Same(new Selective50.Experiment(), StageNames.Pretrain, Selective50.ContrastiveNetwork.Init, Selective50.ContrastiveNetwork.Start);
        Same(
            new Selective50Small.Experiment(),
            StageNames.Pretrain,
            Selective50Small.ContrastiveNetwork.Init,
            Selective50Small.ContrastiveNetwork.Start
        );
        Same(new Depth152.Experiment(), StageNames.Pretrain, Depth152.ContrastiveNetwork.Init, Depth152.ContrastiveNetwork.Start);
    }

    [Fact]
    public void Layers_are_known_of_heads_of_one_layer_and_of_none()
    {
        Same(new HeadLinear.Experiment(), StageNames.Pretrain, HeadLinear.ContrastiveNetwork.Init, HeadLinear.ContrastiveNetwork.Start);
        Same(new HeadNone.Experiment(), StageNames.Pretrain, HeadNone.ContrastiveNetwork.Init, HeadNone.ContrastiveNetwork.Start);
    }

    [Fact]
    public void Layers_are_known_of_every_stage_that_leaves_a_network()
    {
        Same(new Chain18.Experiment(), StageNames.Finetune, Chain18.FinetunedNetwork.Init, Chain18.FinetunedNetwork.Start);
        Same(new Chain18.Experiment(), StageNames.SelfDistill, Chain18.SelfDistilledNetwork.Init, Chain18.SelfDistilledNetwork.Start);
        Same(new Chain18.Experiment(), StageNames.Distill, Chain18.StudentNetwork.Init, Chain18.StudentNetwork.Start);
    }

    [Fact]
    public void Layers_are_known_of_what_stages_carry_along()
    {
        var key = Key.FromSeed(1);
        Same(
            new Adam18.Experiment(),
            StageNames.Pretrain,
            Adam18.ContrastiveNetwork.Init,
            p => Adam18.PretrainStep.Carry(p, Adam18.ContrastiveNetwork.Start(p), key)
        );
        Same(
            new Adam18.Experiment(),
            StageNames.Finetune,
            Adam18.FinetunedNetwork.Init,
            p => Adam18.FinetuneStep.Carry(p, Adam18.FinetunedNetwork.Start(p))
        );
        Same(
            new Adam18.Experiment(),
            StageNames.Distill,
            Adam18.StudentNetwork.Init,
            p => Adam18.DistillStep.Carry(p, Adam18.StudentNetwork.Start(p))
        );
        Same(
            new MemoryOnline.Experiment(),
            StageNames.Pretrain,
            MemoryOnline.ContrastiveNetwork.Init,
            p => MemoryOnline.PretrainStep.Carry(p, MemoryOnline.ContrastiveNetwork.Start(p), key)
        );
        Same(
            new OnlineHead18.Experiment(),
            StageNames.Pretrain,
            OnlineHead18.ContrastiveNetwork.Init,
            p => OnlineHead18.PretrainStep.Carry(p, OnlineHead18.ContrastiveNetwork.Start(p), key)
        );
    }

    private static void Same<TParams, TState>(IExperiment experiment, string stage, Func<Key, TParams> init, Func<TParams, TState> start)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        using var scope = TorchSharp.torch.NewDisposeScope();
        var plan = Plans.Of(experiment);
        var parameters = init(Key.FromSeed(1));
        var generated = Network.Of(parameters, start(parameters)).Leaves().Select(static leaf => Line(leaf.Path, leaf.Value.shape));
        var read = NetworkLayers
            .Of(plan, stage)
            .Tensors.Select(static tensor => Line(tensor.Name, tensor.Shape))
            .Concat(CarriedWeights.Of(plan, stage).Select(static tensor => Line(tensor.Name, tensor.Shape)));
        Assert.Equal(generated.Order(StringComparer.Ordinal), read.Order(StringComparer.Ordinal));
    }

    private static string Line(string name, IEnumerable<long> shape) => $"{name} [{string.Join(", ", shape)}]";
}
