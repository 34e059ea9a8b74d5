namespace SimClrDsl.Cli.Terminal;

/// <summary>What the program tells the shell.</summary>
internal static class ExitCode
{
    public const int Done = 0;

    /// <summary>What was asked for went wrong, through no fault of what was given.</summary>
    public const int Failed = 1;

    /// <summary>Something the person gave cannot be used; one line says what and where.</summary>
    public const int BadInput = 2;
}
