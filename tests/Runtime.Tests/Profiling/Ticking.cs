namespace SimClrDsl.Runtime.Tests.Profiling;

/// <summary>A clock that goes on by as many milliseconds at each look as it is told, over and over.</summary>
internal sealed class Ticking(params int[] milliseconds) : TimeProvider
{
    private long now = 1_000_000;
    private int looks;

    // Not a power of ten: what is rounded must still add up.
    public override long TimestampFrequency => 3_000_017;

    public override long GetTimestamp() => now += milliseconds[looks++ % milliseconds.Length] * TimestampFrequency / 1000;
}
