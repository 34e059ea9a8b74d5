namespace SimClrDsl.Cli.Running;

/// <summary>
/// How long a step takes, from the seconds of the first steps of a stage. Those of the first moments also pay for what is made once, and for
/// code that is compiled again as it proves to be used, so they do not count.
/// </summary>
internal static class StepTimes
{
    /// <summary>Seconds in which steps do not count.</summary>
    public const double FirstSeconds = 1.5;

    private const int FewestFirst = 3;
    private const int FewestCounted = 6;
    private const double CountedSeconds = 5;

    /// <summary>Whether the steps that count have taken some seconds, so that no more are needed.</summary>
    /// <param name="steps">Seconds of each step.</param>
    public static bool AreEnough(IReadOnlyList<double> steps) =>
        steps.Skip(First(steps)).ToList() is { Count: >= FewestCounted } counted && counted.Sum() >= CountedSeconds;

    /// <summary>
    /// Mean seconds of the steps that count, since a run takes the slow ones too; where steps were so few or so short that none of them is
    /// past the first moments, of their later half.
    /// </summary>
    /// <param name="steps">Seconds of each step, of at least one.</param>
    public static double Mean(IReadOnlyList<double> steps) => steps.Skip(Math.Min(First(steps), steps.Count / 2)).Average();

    // Number of steps that do not count.
    private static int First(IReadOnlyList<double> steps)
    {
        var sum = 0.0;
        return Math.Max(FewestFirst, 1 + steps.TakeWhile(step => (sum += step) < FirstSeconds).Count());
    }
}
