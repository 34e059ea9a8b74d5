using SimClrDsl.Cli.Terminal;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Specs;

namespace SimClrDsl.Bench;

/// <summary>
/// Finds the faster precision of each contender where none is asked for: its step in float32 and in bf16, in processes of their own that
/// take turns and end before anything is measured, so that no trial counts in a contender's memory.
/// </summary>
internal sealed class PrecisionChoice(Roster roster, BenchOptions options, Progress progress)
{
    private const int Rounds = 3;

    /// <summary>Whether each contender computes in bf16, else in float32.</summary>
    public IReadOnlyDictionary<string, bool> Choose(string workload, SharedFiles files) =>
        roster.Names.ToDictionary(static name => name, name => Roster.HasPrecisions(name) && IsBf16(workload, name, files));

    private bool IsBf16(string workload, string name, SharedFiles files) =>
        options.Precision == Precision.Auto ? IsFasterInBf16(workload, name, files) : options.Precision == Precision.Bf16;

    private bool IsFasterInBf16(string workload, string name, SharedFiles files)
    {
        using var float32 = Started(name, files, bf16: false);
        using var bf16 = Started(name, files, bf16: true);
        var (inFloat32, inBf16) = (double.PositiveInfinity, double.PositiveInfinity);
        for (var round = 0; round < (options.Quick ? 1 : Rounds); round++)
        {
            inFloat32 = Math.Min(inFloat32, float32.Time(1).Seconds);
            inBf16 = Math.Min(inBf16, bf16.Time(1).Seconds);
        }

        progress.Note(
            FormattableString.Invariant(
                $"{workload}: {name} takes {inFloat32:G3} s a step in float32, {inBf16:G3} s in bf16: {Roster.PrecisionName(inBf16 < inFloat32)}"
            )
        );
        return inBf16 < inFloat32;
    }

    private Contender Started(string name, SharedFiles files, bool bf16)
    {
        var contender = roster.Start(name, files, Measure.Step, first: 1, bf16);
        try
        {
            contender.AwaitFirstSteps();
            return contender;
        }
        catch (CommandFailedException)
        {
            contender.Dispose();
            throw;
        }
    }
}
