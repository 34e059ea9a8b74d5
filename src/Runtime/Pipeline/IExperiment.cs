using SimClrDsl.Planning;

namespace SimClrDsl.Runtime;

/// <summary>A generated experiment: what the command line finds and runs.</summary>
public interface IExperiment
{
    /// <summary>The experiment's name.</summary>
    string Name { get; }

    /// <summary>Its spec as canonical YAML, every default written out.</summary>
    string SpecText { get; }

    /// <summary>Which images it needs.</summary>
    DataPlan Images { get; }

    /// <summary>Runs the stages the session asks for, in order, on the images of <see cref="Images"/>.</summary>
    void Run(Session run, ExperimentData data);
}
