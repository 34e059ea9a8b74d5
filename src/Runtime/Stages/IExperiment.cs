using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Stages;

/// <summary>One random view of each image: float32 [N, C, side, side] in [0, 1].</summary>
public delegate Tensor AugmentedView(ImageBatch images, Key key);

/// <summary>A generated experiment: what the command line finds and runs.</summary>
public interface IExperiment
{
    /// <summary>The experiment's name.</summary>
    string Name { get; }

    /// <summary>The spec that the code was generated from.</summary>
    Spec Spec { get; }

    /// <summary>Which images it needs.</summary>
    DataPlan Images { get; }

    /// <summary>The augmentation of pretraining; null without that stage.</summary>
    AugmentedView? View { get; }

    /// <summary>The encoder before any training, at inference: features of images that are ready for the network.</summary>
    Frozen Untrained(Key key);

    /// <summary>The stages in the order in which they run, each wired to those it goes on from.</summary>
    IReadOnlyList<Stage> Stages { get; }
}
