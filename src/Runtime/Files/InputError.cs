namespace SimClrDsl.Runtime.Files;

/// <summary>
/// An input from outside the program cannot be used: a data set is missing, a checkpoint is truncated, a folder cannot be read. Functions
/// that read such inputs return it in place of a value, as the left side of an <c>Either</c>; the command line prints it and exits with
/// status 2.
/// </summary>
public record InputError
{
    /// <summary>An error.</summary>
    /// <param name="message">
    /// One line that says what is wrong, where, and what to do. Control characters in it are escaped, so that it stays on one line.
    /// </param>
    public InputError(string message) => Message = OneLine.Of(message);

    /// <summary>One line that says what is wrong, where, and what to do.</summary>
    public string Message { get; }

    /// <summary>The message.</summary>
    public override string ToString() => Message;
}
