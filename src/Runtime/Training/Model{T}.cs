using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Training;

/// <summary>A network as functions. It holds no tensors: parameters and running statistics are handed in and returned.</summary>
/// <param name="Init">Parameters before training, from a random key.</param>
/// <param name="Start">Running statistics before the first batch, for such parameters.</param>
/// <param name="Forward">Outputs and next statistics for images that are ready for the network.</param>
/// <param name="Infer">Outputs under the running statistics, which stay as they are.</param>
/// <param name="Features">Outputs of the encoder alone under the running statistics.</param>
public sealed record Model<TParams, TState>(
    Func<Key, TParams> Init,
    Func<TParams, TState> Start,
    NetworkFunction<TParams, TState> Forward,
    Func<TParams, TState, Tensor, Tensor> Infer,
    Func<TParams, TState, Tensor, Tensor> Features
)
    where TParams : class, ITree<TParams>
    where TState : class, ITree<TState>;

/// <summary>A network with what its training step carries from one step to the next beside parameters and momentum.</summary>
/// <param name="Model">The network.</param>
/// <param name="Carry">What is carried into the first step: from parameters, statistics and a random key.</param>
/// <param name="Network">
/// The network that is evaluated and handed on, taken from what a step returned: with averaged weights where the step averages them.
/// </param>
public sealed record Trainee<TParams, TState, TCarried>(
    Model<TParams, TState> Model,
    Func<TParams, TState, Key, TCarried> Carry,
    Func<TParams, TCarried, Network<TParams, TState>> Network
)
    where TParams : class, ITree<TParams>
    where TState : class, ITree<TState>
    where TCarried : class, ITree<TCarried>
{
    /// <summary>Outputs of the network that is evaluated and handed on, under its running statistics.</summary>
    internal Tensor Infer(TParams parameters, TCarried carried, Tensor x)
    {
        var (p, s) = Network(parameters, carried);
        return Model.Infer(p, s, x);
    }
}

/// <summary>Trainees without spelling out their types.</summary>
public static class Trainee
{
    /// <summary>A network whose step carries nothing but its statistics.</summary>
    public static Trainee<TParams, TState, TState> Of<TParams, TState>(Model<TParams, TState> model)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState> => new(model, static (_, s, _) => s, static (p, s) => new(p, s));
}
