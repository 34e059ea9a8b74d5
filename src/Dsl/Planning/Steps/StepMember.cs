using SimClrDsl.Specs;

namespace SimClrDsl.Planning.Steps;

/// <summary>A further function of a step. A closed union: <see cref="Match{T}"/> has one parameter for each case.</summary>
public abstract record StepMember
{
    private StepMember() { }

    /// <summary>Calls the function for the case that this member is.</summary>
    public T Match<T>(
        Func<View, T> view,
        Func<OnlineLogits, T> onlineLogits,
        Func<FromPretrained, T> fromPretrained,
        Func<ForwardOverFrozen, T> forwardOverFrozen
    ) =>
        this switch
        {
            View member => view(member),
            OnlineLogits member => onlineLogits(member),
            FromPretrained member => fromPretrained(member),
            ForwardOverFrozen member => forwardOverFrozen(member),
            _ => throw new InvalidOperationException($"{GetType().Name} is no case of {nameof(StepMember)}."),
        };

    /// <summary>The augmentation that makes one view of each image.</summary>
    /// <param name="Operations">Its operations, in order.</param>
    public sealed record View(Sequence<AugmentOp> Operations) : StepMember;

    /// <summary>The online classifier at inference.</summary>
    /// <param name="Features">Width of the encoder's output.</param>
    /// <param name="Layers">The layers of the head below it.</param>
    /// <param name="Of">Name of the output that it sits on.</param>
    /// <param name="Classes">Number of classes.</param>
    public sealed record OnlineLogits(int Features, Sequence<LayerPlan> Layers, string Of, int Classes) : StepMember;

    /// <summary>The network before the first step: the pretrained one up to the layer it is cut at, and a classifier of zeros.</summary>
    /// <param name="HeadLayers">Number of layers of the head that are kept.</param>
    /// <param name="Inputs">Inputs of the classifier.</param>
    /// <param name="Classes">Number of classes.</param>
    /// <param name="CarriesMore">Whether the step carries more than running statistics.</param>
    public sealed record FromPretrained(int HeadLayers, int Inputs, int Classes, bool CarriesMore) : StepMember;

    /// <summary>The network with its frozen part at inference, whose statistics stay as they are.</summary>
    /// <param name="Encoder">The encoder.</param>
    /// <param name="Layers">The layers of the head.</param>
    /// <param name="Of">Name of the output that the classifier sits on.</param>
    /// <param name="Classes">Number of classes.</param>
    public sealed record ForwardOverFrozen(FrozenEncoder Encoder, Sequence<LayerPlan> Layers, string Of, int Classes) : StepMember;
}

/// <summary>An encoder of which a part is at inference. A closed union: <see cref="Match{T}"/> has one parameter for each case.</summary>
public abstract record FrozenEncoder
{
    private FrozenEncoder() { }

    /// <summary>Calls the function for the case that this encoder is.</summary>
    public T Match<T>(Func<Whole, T> whole, Func<UpToGroup, T> upToGroup) =>
        this switch
        {
            Whole encoder => whole(encoder),
            UpToGroup encoder => upToGroup(encoder),
            _ => throw new InvalidOperationException($"{GetType().Name} is no case of {nameof(FrozenEncoder)}."),
        };

    /// <summary>All of it is at inference.</summary>
    /// <param name="Features">Width of its output.</param>
    public sealed record Whole(int Features) : FrozenEncoder;

    /// <summary>The stem and the first groups are.</summary>
    /// <param name="StemChannels">Channels of the stem's output.</param>
    /// <param name="StemSide">Its side in pixels.</param>
    /// <param name="Frozen">The groups at inference.</param>
    /// <param name="Trained">The groups that are trained.</param>
    /// <param name="Recompute">What the backward pass computes again of those; null for nothing.</param>
    /// <param name="Features">Width of its output.</param>
    public sealed record UpToGroup(
        int StemChannels,
        int StemSide,
        Sequence<GroupShape> Frozen,
        Sequence<GroupShape> Trained,
        Recompute? Recompute,
        int Features
    ) : FrozenEncoder;
}

/// <summary>A group of blocks with the shape of its output.</summary>
/// <param name="Index">Number of the group, from 1.</param>
/// <param name="Channels">Channels of its output.</param>
/// <param name="Side">Side of its output in pixels.</param>
public sealed record GroupShape(int Index, int Channels, int Side);
