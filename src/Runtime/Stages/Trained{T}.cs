using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Stages;

/// <summary>What a training stage hands on: its network, with the stage as a type. Fine-tuning takes a pretrained network and no other; a
/// teacher is any <see cref="FrozenNetwork"/>.</summary>
/// <param name="Params">Trained parameters: the averaged ones where the stage averages them.</param>
/// <param name="State">Running statistics.</param>
/// <typeparam name="TStage">The stage that trained it, one of the classes below.</typeparam>
/// <typeparam name="TParams">Type of the parameters.</typeparam>
/// <typeparam name="TState">Type of the statistics.</typeparam>
public sealed record Trained<TStage, TParams, TState>(TParams Params, TState State)
    where TParams : class, ITree<TParams>
    where TState : class, ITree<TState>;

/// <summary>Says of a network: after contrastive pretraining.</summary>
public sealed class Pretrained
{
    private Pretrained() { }
}

/// <summary>Says of a network: after fine-tuning on labels.</summary>
public sealed class FineTuned
{
    private FineTuned() { }
}

/// <summary>Says of a network: after self-distillation.</summary>
public sealed class SelfDistilled
{
    private SelfDistilled() { }
}

/// <summary>Says of a network: a student after distillation.</summary>
public sealed class Distilled
{
    private Distilled() { }
}
