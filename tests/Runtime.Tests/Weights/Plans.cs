using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Stages;

namespace SimClrDsl.Runtime.Tests.Weights;

/// <summary>Plans of the experiments that are compiled into the tests.</summary>
internal static class Plans
{
    internal static Plan Of(IExperiment experiment) =>
        SpecReader
            .ReadYaml(experiment.Name, experiment.SpecText)
            .Match(Succ: Plan.Of, Fail: static errors => throw new InvalidOperationException(errors.First().ToString()));
}
