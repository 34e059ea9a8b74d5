namespace SimClrDsl.Experiments;

/// <summary>Stands for the assembly that holds the generated experiments, for those who look for them.</summary>
public static class ExperimentsAssembly;
