namespace SimClrDsl.Planning;

/// <summary>What a stage asks of a machine.</summary>
/// <param name="Stage">Its name.</param>
/// <param name="Steps">Steps of all its trainings; 0 for a stage that trains nothing.</param>
/// <param name="MultiplyAdds">
/// Multiply-adds of the whole stage: backward counts twice the forward pass, and recomputed blocks and microbatches once more.
/// </param>
/// <param name="StateBytes">
/// Memory that a step takes whatever its activations, in float32: weights, gradients, momentum and what else the optimizer carries, and where
/// there are microbatches the whole batch's images.
/// </param>
/// <param name="AtOnce">Images, or views of them, that go through the network at a time: a batch's or a microbatch's.</param>
/// <param name="KeptBytes">What one of them keeps for the backward pass, in float32.</param>
public sealed record StageCost(string Stage, long Steps, double MultiplyAdds, double StateBytes, double AtOnce, double KeptBytes)
{
    private const int ForwardAndBackward = 3;
    private const int WeightsGradientsMomentum = 3;

    /// <summary>Kept for the backward pass of a batch or of a microbatch, in float32.</summary>
    public double ActivationBytes => AtOnce * KeptBytes;

    /// <summary>Memory of a step.</summary>
    public double Bytes => StateBytes + ActivationBytes;

    /// <summary>The cost of each stage of a plan that trains, in the order of a run.</summary>
    public static IEnumerable<StageCost> Of(Plan plan) => plan.Stages.Select(stage => stage.Cost(plan)).OfType<StageCost>();

    /// <summary>
    /// The cost of training a network by a stage's optimizer. Where there are microbatches the batch's images wait for their turn, and
    /// gradients are added up beside those of a microbatch. The blocks of an encoder may go forward a second time, what sits on it does not.
    /// </summary>
    /// <param name="stage">The stage.</param>
    /// <param name="encoder">The encoder within the network.</param>
    /// <param name="network">What the whole network costs for one image.</param>
    /// <param name="steps">Steps of all trainings.</param>
    /// <param name="passed">What goes through the network in a step.</param>
    internal static StageCost OfTraining<TStage>(TStage stage, EncoderPlan encoder, Cost network, long steps, PassedImages passed)
        where TStage : StagePlan, ITrainingPlan
    {
        var weights = (double)network.Parameters.Weights;
        var waiting = passed.Microbatch is null ? 0 : weights + ((double)passed.Views * encoder.Channels * encoder.Side * encoder.Side);
        var again = encoder.Recompute is null ? 0 : encoder.Cost.MultiplyAdds;
        return new(
            stage.Name,
            steps,
            (((double)ForwardAndBackward * network.MultiplyAdds) + again) * passed.Views * steps,
            sizeof(float) * ((Copies(stage.Optimizer) * weights) + waiting),
            passed.AtOnce,
            (double)sizeof(float) * encoder.Activations
        );
    }

    /// <summary>The same with more work, and with more float32 values in memory.</summary>
    internal StageCost Plus(double multiplyAdds, double values) =>
        this with
        {
            MultiplyAdds = MultiplyAdds + multiplyAdds,
            StateBytes = StateBytes + (sizeof(float) * values),
        };

    // Adam carries squares beside its momentum, averaged weights are one set more.
    private static double Copies(OptimizerPlan optimizer) =>
        WeightsGradientsMomentum + (optimizer is OptimizerPlan.Adam ? 1 : 0) + (optimizer.Average is null ? 0 : 1);
}

/// <summary>What goes through the network in a step: images, the views or other images that they make, and images of a microbatch.</summary>
internal readonly record struct PassedImages(int Images, long Views, int? Microbatch)
{
    /// <summary>Views that go through it at a time.</summary>
    public double AtOnce => (double)Views * (Microbatch ?? Images) / Images;
}
