namespace SimClrDsl.Planning.Steps;

/// <summary>
/// State that a step carries beside parameters, running statistics and momentum. A closed union: <see cref="Match{T}"/> has one parameter
/// for each case.
/// </summary>
public abstract record CarriedState
{
    private CarriedState() { }

    /// <summary>Calls the function for the case that this state is.</summary>
    public T Match<T>(
        Func<Memory, T> memory,
        Func<OnlineClassifier, T> onlineClassifier,
        Func<SquaredGradients, T> squaredGradients,
        Func<AveragedWeights, T> averagedWeights
    ) =>
        this switch
        {
            Memory state => memory(state),
            OnlineClassifier state => onlineClassifier(state),
            SquaredGradients state => squaredGradients(state),
            AveragedWeights state => averagedWeights(state),
            _ => throw new InvalidOperationException($"{GetType().Name} is no case of {nameof(CarriedState)}."),
        };

    /// <summary>The memory network and the queue of its projections.</summary>
    /// <param name="Queue">Number of projections.</param>
    /// <param name="Width">Width of a projection.</param>
    public sealed record Memory(int Queue, int Width) : CarriedState;

    /// <summary>The online classifier with its momentum.</summary>
    /// <param name="Inputs">Number of features.</param>
    /// <param name="Classes">Number of classes.</param>
    public sealed record OnlineClassifier(int Inputs, int Classes) : CarriedState;

    /// <summary>Adam's mean of squared gradients.</summary>
    public sealed record SquaredGradients : CarriedState;

    /// <summary>The moving average of the weights.</summary>
    public sealed record AveragedWeights : CarriedState;
}
