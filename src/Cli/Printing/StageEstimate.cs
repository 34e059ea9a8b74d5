namespace SimClrDsl.Cli.Printing;

/// <summary>What a stage will take on this machine.</summary>
/// <param name="Stage">Name of the stage.</param>
/// <param name="Steps">Steps of the stage.</param>
/// <param name="StepSeconds">Seconds of a step.</param>
/// <param name="Bytes">Largest memory of the process up to the end of the stage.</param>
internal sealed record StageEstimate(string Stage, long Steps, double StepSeconds, double Bytes)
{
    /// <summary>Time of the whole stage.</summary>
    public TimeSpan Time => TimeSpan.FromSeconds(Math.Min(Steps * StepSeconds, TimeSpan.MaxValue.TotalSeconds / 2));
}
