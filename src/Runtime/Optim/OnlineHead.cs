using SimClrDsl.Runtime.Autograd;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Objectives;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Optim;

/// <summary>
/// A linear classifier trained beside the network it looks at (the reference's linear evaluation while pretraining): its features carry no
/// gradient, so the network learns as it would without it.
/// </summary>
/// <param name="Params">The classifier.</param>
/// <param name="Velocity">Momentum of its optimizer.</param>
public sealed record OnlineHead(Dense.Params Params, Dense.Params Velocity) : ITree<OnlineHead>
{
    public OnlineHead Map(LeafPath path, LeafMap map) => new(Params.Map(path / "params", map), Velocity.Map(path / "velocity", map));

    /// <summary>A classifier from scratch, since the network it looks at starts from scratch too.</summary>
    public static OnlineHead Start(Key key, int inputs, int classes)
    {
        var classifier = Dense.Init(key, inputs, classes);
        return new(classifier, classifier.ZerosLike());
    }

    /// <summary>Gradients of the mean cross-entropy of features [N, inputs] with labels int64 [N]; the features get none.</summary>
    public static Dense.Params Gradients(Dense.Params classifier, Tensor features, Tensor labels) =>
        Gradient
            .Of(
                classifier,
                p => new LossOf<NoState>(Classification.CrossEntropy(Dense.Forward(p, features.detach()), labels), NoState.Value)
            )
            .Gradients;
}
