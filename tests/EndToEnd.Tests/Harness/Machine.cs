using System.Globalization;

namespace SimClrDsl.EndToEnd.Tests.Harness;

/// <summary>The machine the tests run on.</summary>
internal static class Machine
{
    /// <summary>How many programs have shared a core in the last minute, at least 1: limits of time are meant for a machine that is free.</summary>
    public static double Crowding()
    {
        var load = double.Parse(File.ReadAllText("/proc/loadavg").Split(' ')[0], CultureInfo.InvariantCulture);
        return Math.Max(1, load / Environment.ProcessorCount);
    }
}
