namespace SimClrDsl.Cli.NewSpecs;

/// <summary>What a proposed experiment may take of this machine.</summary>
/// <param name="MultiplyAddsASecond">
/// Rate at which this machine trains, measured in multiply-adds of forward passes and twice that back.
/// </param>
/// <param name="MemoryBytes">Memory that a training step may take.</param>
/// <param name="Seconds">Time that the whole experiment may take.</param>
internal sealed record MachineBudget(double MultiplyAddsASecond, double MemoryBytes, double Seconds);
