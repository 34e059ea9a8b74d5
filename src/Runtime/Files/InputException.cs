namespace SimClrDsl.Runtime.Files;

/// <summary>
/// An <see cref="InputError"/> that is thrown. Two kinds of functions throw it: those that give no value, such as one that writes a file,
/// since C# lets a caller forget a returned error without a warning; and the inside of a computation, such as the thread that decodes the
/// images of a training, where no function on the way out could do anything about it. What starts the computation turns it into a value
/// again by <see cref="Inputs.Catch{T}"/>, and an application that uses the packages meets it as any other exception of .NET.
/// </summary>
/// <param name="error">The error.</param>
/// <param name="inner">The exception that caused this one, if any.</param>
public class InputException(InputError error, Exception? inner = null) : Exception(error.Message, inner)
{
    /// <summary>An error that is thrown.</summary>
    /// <param name="message">The message. Control characters in it are escaped, so that it stays on one line.</param>
    /// <param name="inner">The exception that caused this one, if any.</param>
    public InputException(string message, Exception? inner = null)
        : this(new InputError(message), inner) { }

    /// <summary>The error.</summary>
    public InputError Error { get; } = error;

    /// <summary>The operating system's reason for a failed file operation, on one line and without its final full stop.</summary>
    /// <param name="exception">The exception that the file operation threw.</param>
    public static string Reason(Exception exception) => exception.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');

    /// <summary>Whether an exception reports a failed file operation rather than a mistake in the program.</summary>
    /// <param name="exception">The exception that was caught.</param>
    public static bool IsFileTrouble(Exception exception) => exception is IOException or UnauthorizedAccessException;
}
