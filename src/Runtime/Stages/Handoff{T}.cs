using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Stages;

/// <summary>What one stage hands to the next: made when first asked for, by training or from the run's checkpoint.</summary>
public sealed class Handoff<T>(Func<T> make)
{
    private readonly Lazy<T> value = new(make);

    public T Value => value.Value;
}

/// <summary>A network after contrastive pretraining.</summary>
public sealed record Pretrained<TParams, TState>(TParams Params, TState State)
    where TParams : class, ITree<TParams>
    where TState : class, ITree<TState>;

/// <summary>A network after fine-tuning on labels.</summary>
public sealed record FineTuned<TParams, TState>(TParams Params, TState State)
    where TParams : class, ITree<TParams>
    where TState : class, ITree<TState>;

/// <summary>A network like its teacher after self-distillation.</summary>
public sealed record SelfDistilled<TParams, TState>(TParams Params, TState State)
    where TParams : class, ITree<TParams>
    where TState : class, ITree<TState>;

/// <summary>A student after distillation.</summary>
public sealed record Distilled<TParams, TState>(TParams Params, TState State)
    where TParams : class, ITree<TParams>
    where TState : class, ITree<TState>;

/// <summary>Freezing.</summary>
public static class Freezing
{
    public static Handoff<Frozen> Freeze<TParams, TState>(
        this Handoff<Pretrained<TParams, TState>> trained,
        Func<TParams, TState, Tensor, Tensor> infer
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> => new(() => Freeze(trained.Value.Params, trained.Value.State, infer));

    public static Handoff<Frozen> Freeze<TParams, TState>(
        this Handoff<FineTuned<TParams, TState>> trained,
        Func<TParams, TState, Tensor, Tensor> infer
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> => new(() => Freeze(trained.Value.Params, trained.Value.State, infer));

    public static Handoff<Frozen> Freeze<TParams, TState>(
        this Handoff<SelfDistilled<TParams, TState>> trained,
        Func<TParams, TState, Tensor, Tensor> infer
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> => new(() => Freeze(trained.Value.Params, trained.Value.State, infer));

    /// <summary>What later stages go on with, of all that pretraining trained and carried along.</summary>
    public static Handoff<Pretrained<TParamsKept, TStateKept>> Keep<TParams, TState, TParamsKept, TStateKept>(
        this Handoff<Pretrained<TParams, TState>> trained,
        Func<TParams, TState, Network<TParamsKept, TStateKept>> keep
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
        where TParamsKept : class, ITree<TParamsKept>
        where TStateKept : class, ITree<TStateKept> =>
        new(() =>
        {
            var (parameters, state) = keep(trained.Value.Params, trained.Value.State);
            return new(parameters, state);
        });

    private static Frozen Freeze<TParams, TState>(TParams p, TState s, Func<TParams, TState, Tensor, Tensor> infer) =>
        new(x => infer(p, s, x));
}
