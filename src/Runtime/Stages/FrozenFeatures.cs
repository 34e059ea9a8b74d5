using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Training;

namespace SimClrDsl.Runtime.Stages;

/// <summary>Features of images under a frozen network, computed once for all stages that ask for the same ones.</summary>
internal static class FrozenFeatures
{
    /// <exception cref="InputException">Some are of no use.</exception>
    internal static (Features Features, RunState Next) Of(
        FrozenNetwork encoder,
        ImageSet images,
        string neededBy,
        RunState state,
        StageContext context
    )
    {
        if (state.FeaturesOf(encoder, images) is { } known)
        {
            return (known, state);
        }

        var features = Evaluation.Features(encoder.Of(state), images, context.Options.Device, context.Options.Compute);
        return Soundness.Fault(features.Values) is { } fault
            ? throw new InputException(
                $"{neededBy}: the pretrained network's features hold {fault}: pretrain again with a lower learning rate or a longer warm-up."
            )
            : (features, state.WithFeatures(encoder, images, features));
    }
}
