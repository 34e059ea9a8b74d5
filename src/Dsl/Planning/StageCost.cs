namespace SimClrDsl.Planning;

/// <summary>Compute and memory that a stage needs.</summary>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Steps">Steps of all its training runs; 0 for a stage that trains nothing.</param>
/// <param name="MultiplyAdds">
/// Multiply-adds of the whole stage. A backward pass counts as two forward passes; recomputed blocks add one more, and so do the
/// microbatches of pretraining.
/// </param>
/// <param name="StateBytes">
/// Bytes of memory that a step takes besides activations, in float32: weights, gradients, momentum and other values of the optimizer, and
/// with microbatches the images of the whole batch.
/// </param>
/// <param name="AtOnce">Number of images, or views, that go through the network at a time: those of a batch or of a microbatch.</param>
/// <param name="KeptBytes">Bytes of activations in float32 that are kept for the backward pass of one of them.</param>
public sealed record StageCost(string Stage, long Steps, double MultiplyAdds, double StateBytes, double AtOnce, double KeptBytes)
{
    private const int ForwardAndBackward = 3;
    private const int WeightsGradientsMomentum = 3;

    /// <summary>Bytes of activations in float32 that are kept for the backward pass of a batch or a microbatch.</summary>
    public double ActivationBytes => AtOnce * KeptBytes;

    /// <summary>Bytes of memory that a step takes, in float32.</summary>
    public double Bytes => StateBytes + ActivationBytes;

    /// <summary>The cost of each stage of a plan that trains a network, in the order of a run.</summary>
    public static IEnumerable<StageCost> Of(Plan plan) => plan.Stages.Select(stage => stage.Cost(plan)).OfType<StageCost>();

    /// <summary>
    /// The cost of training a network with a stage's optimizer. With microbatches, the images of the whole batch stay in memory, and so
    /// does a sum of gradients beside those of the microbatch. Only blocks of the encoder are recomputed, not the layers on top of it.
    /// </summary>
    /// <param name="stage">The stage.</param>
    /// <param name="encoder">The encoder within the network.</param>
    /// <param name="network">What the whole network costs for one image.</param>
    /// <param name="steps">Steps of all training runs.</param>
    /// <param name="passed">What goes through the network in a step.</param>
    internal static StageCost OfTraining<TStage>(TStage stage, EncoderPlan encoder, Cost network, long steps, PassedImages passed)
        where TStage : StagePlan, ITrainingPlan
    {
        var weights = (double)network.Parameters.Weights;
        var waiting = passed.Microbatch is null ? 0 : weights + ((double)passed.Views * encoder.Channels * encoder.Side * encoder.Side);
        var again = encoder.Recompute is null ? 0 : encoder.Cost.MultiplyAdds;
        return new(
            Stage: stage.Name,
            Steps: steps,
            MultiplyAdds: (((double)ForwardAndBackward * network.MultiplyAdds) + again) * passed.Views * steps,
            StateBytes: sizeof(float) * ((Copies(stage.Optimizer) * weights) + waiting),
            AtOnce: passed.AtOnce,
            KeptBytes: (double)sizeof(float) * encoder.Activations
        );
    }

    /// <summary>The cost with additional multiply-adds, and with additional float32 values in memory.</summary>
    internal StageCost Plus(double multiplyAdds, double values) =>
        this with
        {
            MultiplyAdds = MultiplyAdds + multiplyAdds,
            StateBytes = StateBytes + (sizeof(float) * values),
        };

    // Values kept for each weight: Adam has mean squares in addition to its momentum, and averaged weights are one more copy.
    private static double Copies(OptimizerPlan optimizer) =>
        WeightsGradientsMomentum + (optimizer is OptimizerPlan.Adam ? 1 : 0) + (optimizer.Average is null ? 0 : 1);
}

/// <summary>What goes through the network in a step.</summary>
/// <param name="Images">Images of the batch.</param>
/// <param name="Views">What goes through the network for them: their views, or the images and the labelled ones beside them.</param>
/// <param name="Microbatch">Images of a microbatch; null for the whole batch.</param>
internal readonly record struct PassedImages(int Images, long Views, int? Microbatch)
{
    /// <summary>Number of views that go through the network at a time.</summary>
    public double AtOnce => (double)Views * (Microbatch ?? Images) / Images;
}
