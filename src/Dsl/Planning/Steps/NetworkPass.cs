using SimClrDsl.Specs;

namespace SimClrDsl.Planning.Steps;

/// <summary>
/// A pass through a network, or a part of one, in a training step. A closed union: <see cref="Match{T}"/> has one parameter for each case.
/// </summary>
public abstract record NetworkPass
{
    private NetworkPass() { }

    /// <summary>Calls the function for the case that this pass is.</summary>
    public T Match<T>(
        Func<Projections, T> projections,
        Func<Encoder, T> encoder,
        Func<HeadLayer, T> headLayer,
        Func<NextStatistics, T> nextStatistics,
        Func<Features, T> features,
        Func<Logits, T> logits,
        Func<LogitsOverFrozen, T> logitsOverFrozen,
        Func<LogitsOfBoth, T> logitsOfBoth,
        Func<Classifier, T> classifier
    ) =>
        this switch
        {
            Projections pass => projections(pass),
            Encoder pass => encoder(pass),
            HeadLayer pass => headLayer(pass),
            NextStatistics pass => nextStatistics(pass),
            Features pass => features(pass),
            Logits pass => logits(pass),
            LogitsOverFrozen pass => logitsOverFrozen(pass),
            LogitsOfBoth pass => logitsOfBoth(pass),
            Classifier pass => classifier(pass),
            _ => throw new InvalidOperationException($"{GetType().Name} is no case of {nameof(NetworkPass)}."),
        };

    /// <summary>Encoder and projection head on views.</summary>
    /// <param name="Rows">Number of views.</param>
    /// <param name="Width">Width of a projection.</param>
    public sealed record Projections(int Rows, int Width) : NetworkPass;

    /// <summary>The encoder alone on views.</summary>
    /// <param name="Output">Name of its output: <c>h</c>, or <c>z</c> where there is no head.</param>
    /// <param name="Rows">Number of views.</param>
    /// <param name="Width">Width of its output.</param>
    public sealed record Encoder(string Output, int Rows, int Width) : NetworkPass;

    /// <summary>One layer of the projection head.</summary>
    /// <param name="Rows">Number of views.</param>
    /// <param name="Layer">The layer.</param>
    public sealed record HeadLayer(int Rows, LayerPlan Layer) : NetworkPass;

    /// <summary>The statistics that the encoder and the layers of the head returned one by one, as those of the whole network.</summary>
    /// <param name="HeadLayers">Number of layers of the head.</param>
    public sealed record NextStatistics(int HeadLayers) : NetworkPass;

    /// <summary>The features of the online classifier, without gradient.</summary>
    /// <param name="Of">The output that they are.</param>
    public sealed record Features(string Of) : NetworkPass;

    /// <summary>A network with a classifier on images.</summary>
    public sealed record Logits : NetworkPass;

    /// <summary>The same by the step's own forward function, in which the frozen part is at inference.</summary>
    public sealed record LogitsOverFrozen : NetworkPass;

    /// <summary>The same on unlabelled and labelled images together, so that batch norms normalise over both.</summary>
    /// <param name="Rows">Number of unlabelled images.</param>
    /// <param name="LabelRows">Number of labelled images.</param>
    public sealed record LogitsOfBoth(int Rows, int LabelRows) : NetworkPass;

    /// <summary>A linear classifier on features.</summary>
    /// <param name="Rows">Number of images.</param>
    /// <param name="Classes">Number of classes.</param>
    public sealed record Classifier(int Rows, int Classes) : NetworkPass;
}

/// <summary>A layer of the projection head.</summary>
/// <param name="Index">Number of the layer, from 1.</param>
/// <param name="IsLast">Whether it is the head's last, whose batch norm has no shift and which has no ReLU.</param>
/// <param name="Input">Name of its input: the encoder's output <c>h</c>, or <c>h1</c>.</param>
/// <param name="Output">Name of its output: <c>h1</c>, or <c>z</c> for the last layer.</param>
/// <param name="Width">Width of its output.</param>
public sealed record LayerPlan(int Index, bool IsLast, string Input, string Output, int Width)
{
    /// <summary>The first layers of a head, in order.</summary>
    public static Sequence<LayerPlan> FirstOf(HeadPlan head, int count) =>
        Enumerable
            .Range(1, count)
            .Select(layer => new LayerPlan(
                layer,
                layer == head.Layers,
                OutputOf(head, layer - 1),
                OutputOf(head, layer),
                head.WidthAfter(layer)
            ))
            .ToSequence();

    /// <summary>Name of a layer's output; layer 0 is the encoder.</summary>
    public static string OutputOf(HeadPlan head, int layer) =>
        layer == 0 ? "h"
        : layer == head.Layers ? "z"
        : $"h{layer}";
}
