using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Objectives;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Optim;

/// <summary>
/// A linear classifier that is trained on the encoder's features during pretraining, to monitor their quality, as the reference code does.
/// No gradient flows back to the encoder, so the classifier does not affect it.
/// </summary>
/// <param name="Params">The classifier.</param>
/// <param name="Velocity">Velocity of its momentum optimizer.</param>
public sealed record OnlineHead(Dense.Params Params, Dense.Params Velocity) : ITree<OnlineHead>
{
    /// <inheritdoc/>
    public OnlineHead Map(LeafPath path, LeafMap map) => new(Params.Map(path / "params", map), Velocity.Map(path / "velocity", map));

    /// <summary>A classifier with random kernel and zero velocity, since the encoder starts from scratch too.</summary>
    /// <param name="key">Key of the kernel.</param>
    /// <param name="inputs">Number of features.</param>
    /// <param name="classes">Number of classes.</param>
    public static OnlineHead Start(Key key, int inputs, int classes)
    {
        var classifier = Dense.Init(key, inputs, classes);
        return new(classifier, classifier.ZerosLike());
    }

    /// <summary>Gradients of the mean cross-entropy with respect to the classifier; none flows to the features.</summary>
    /// <param name="classifier">The classifier.</param>
    /// <param name="features">[N, inputs].</param>
    /// <param name="labels">int64 [N], class indices.</param>
    public static Dense.Params Gradients(Dense.Params classifier, Tensor features, Tensor labels) =>
        Gradient
            .Of(
                classifier,
                p => new LossOf<NoState>(Classification.CrossEntropy(Dense.Forward(p, features.detach()), labels), NoState.Value)
            )
            .Gradients.All;
}
