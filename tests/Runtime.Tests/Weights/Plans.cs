using SimClrDsl.Planning;
using SimClrDsl.Runtime.Stages;

namespace SimClrDsl.Runtime.Tests.Weights;

/// <summary>Plans of the experiments that are compiled into the tests.</summary>
internal static class Plans
{
    internal static Plan Of(IExperiment experiment) => Plan.Of(experiment.Spec);
}
