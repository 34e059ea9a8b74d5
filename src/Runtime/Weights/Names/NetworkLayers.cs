using SimClrDsl.Planning;
using SimClrDsl.Specs;

namespace SimClrDsl.Runtime.Weights.Names;

/// <summary>All layers with weights of the network that a stage leaves, as they follow from the plan.</summary>
/// <param name="Encoder">Layers of the encoder.</param>
/// <param name="Head">The layers of the projection head that the network keeps.</param>
/// <param name="Classifier">The classifier; null if there is none.</param>
internal sealed record NetworkLayers(EncoderLayers Encoder, Sequence<WeightLayer> Head, WeightLayer? Classifier)
{
    /// <summary>The tensors of the network in the checkpoint, without those of <see cref="CarriedWeights"/>.</summary>
    public IEnumerable<WeightTensor> Tensors =>
        ((IEnumerable<WeightLayer>)[.. Encoder.All, .. Head, .. Classifier is null ? [] : new[] { Classifier }]).SelectMany(static layer =>
            layer.Tensors
        );

    /// <summary>The layers of the network that a stage leaves.</summary>
    /// <exception cref="ArgumentException">The plan has no such stage, or the stage leaves no network.</exception>
    public static NetworkLayers Of(Plan plan, string stage)
    {
        NetworkLayers? None(StagePlan _) => null;
        return plan.Stage(stage)
                ?.Match(
                    pretrain: pretrain =>
                        new(EncoderLayers.Of(plan.Encoder), HeadLayers(pretrain.Head, pretrain.Head.Layers, "head."), Classifier: null),
                    knn: None,
                    linear: None,
                    labelOnly: None,
                    finetune: finetune => Cut(plan, plan.Pretrain!.Head, finetune.FromHeadLayer),
                    selfDistill: self => Classified(self.Teaching.Student, plan),
                    distill: distill => Classified(distill.Student, plan)
                )
            ?? throw new ArgumentException($"'{plan.Name}' has no stage '{stage}' that leaves a network.", nameof(stage));
    }

    private static NetworkLayers Cut(Plan plan, HeadPlan head, int layers) =>
        new(EncoderLayers.Of(plan.Encoder), HeadLayers(head, layers, ""), ClassifierOn(head.WidthAfter(layers), plan));

    private static NetworkLayers Classified(EncoderPlan encoder, Plan plan) =>
        new(EncoderLayers.Of(encoder), [], ClassifierOn(encoder.Features, plan));

    private static WeightLayer ClassifierOn(int inputs, Plan plan) => new("classifier", WeightKind.Biased, [plan.Data.Classes, inputs]);

    private static Sequence<WeightLayer> HeadLayers(HeadPlan head, int count, string path) =>
        [
            .. Enumerable
                .Range(1, count)
                .Select(i => new WeightLayer(
                    FormattableString.Invariant($"{path}layer{i}"),
                    i == head.Layers ? WeightKind.Scaled : WeightKind.Normalized,
                    [head.WidthAfter(i), head.WidthAfter(i - 1)]
                )),
        ];
}
