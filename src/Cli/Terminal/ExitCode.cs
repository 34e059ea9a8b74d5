namespace SimClrDsl.Cli.Terminal;

/// <summary>The exit codes of the program.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>The command failed, but not because of its input.</summary>
    public const int Failed = 1;

    /// <summary>An argument or another input cannot be used. A message of one line says which and why.</summary>
    public const int BadInput = 2;

    /// <summary>This plus the number of a signal that asked the command to end.</summary>
    public const int Signalled = 128;

    /// <summary>Another rank stopped or could not be reached. The launcher's <c>--restarts</c> starts all of them again.</summary>
    public const int RanksFailed = 3;
}
