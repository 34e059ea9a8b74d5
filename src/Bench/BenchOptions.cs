using SimClrDsl.Specs;

namespace SimClrDsl.Bench;

/// <summary>What the command line decides.</summary>
/// <param name="Rounds">Measurements of each contender.</param>
/// <param name="Steps">Steps of a measurement, or null for as many as take the fastest contender a second and a half.</param>
/// <param name="Precision">What all but the plain peers compute in; auto is the faster one of each.</param>
/// <param name="Batch">Images a step instead of the workload's, or null.</param>
/// <param name="Quick">Whether networks and images are shrunk until nothing is worth timing.</param>
internal sealed record BenchOptions(int Rounds, int? Steps, Precision Precision, int? Batch, bool Quick);
