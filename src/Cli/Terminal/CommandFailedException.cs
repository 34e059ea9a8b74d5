namespace SimClrDsl.Cli.Terminal;

/// <summary>
/// A command failed for a reason other than its input. The program prints the message as one line and exits with
/// <see cref="ExitCode.Failed"/>.
/// </summary>
/// <param name="message">The message, one line.</param>
internal sealed class CommandFailedException(string message) : Exception(message);
