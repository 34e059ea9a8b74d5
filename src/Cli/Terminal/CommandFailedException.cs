namespace SimClrDsl.Cli.Terminal;

/// <summary>
/// A command could not do its work, and no input is to blame. The program prints the message as one line and exits with
/// <see cref="ExitCode.Failed"/>.
/// </summary>
internal sealed class CommandFailedException(string message) : Exception(message);
