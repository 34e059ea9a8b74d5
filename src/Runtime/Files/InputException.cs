namespace SimClrDsl.Runtime.Files;

/// <summary>
/// An input from outside the program cannot be used: a data set is missing, a checkpoint is truncated, a folder cannot be written. The
/// message is one line that says what is wrong, where, and what to do; the command line prints it and exits with status 2.
/// </summary>
/// <param name="message">The message. Control characters in it are escaped, so that it stays on one line.</param>
/// <param name="inner">The exception that caused this one, if any.</param>
public class InputException(string message, Exception? inner = null) : Exception(OneLine.Of(message), inner)
{
    /// <summary>The operating system's reason for a failed file operation, on one line and without its final full stop.</summary>
    /// <param name="exception">The exception that the file operation threw.</param>
    public static string Reason(Exception exception) => exception.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');

    /// <summary>Whether an exception reports a failed file operation rather than a mistake in the program.</summary>
    /// <param name="exception">The exception that was caught.</param>
    public static bool IsFileTrouble(Exception exception) => exception is IOException or UnauthorizedAccessException;
}
