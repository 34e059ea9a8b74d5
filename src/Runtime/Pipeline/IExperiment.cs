namespace SimClrDsl.Runtime;

/// <summary>A generated experiment: what the command line finds and runs.</summary>
public interface IExperiment
{
    /// <summary>The experiment's name.</summary>
    string Name { get; }

    /// <summary>Its spec as canonical YAML, every default written out.</summary>
    string SpecText { get; }

    /// <summary>Runs the stages the session asks for, in order.</summary>
    void Run(Session run);
}
