namespace SimClrDsl.Runtime.Files;

/// <summary>
/// Something outside the program is not as a run needs it: a data set that is missing, a checkpoint cut short, a folder that cannot be
/// written. The message is one line that says what, where and what to do; the command line prints it and exits with 2.
/// </summary>
public class InputException(string message, Exception? inner = null) : Exception(OneLine.Of(message), inner)
{
    /// <summary>The system's reason for a failed file operation, as one line without its full stop.</summary>
    public static string Reason(Exception exception) => exception.Message.ReplaceLineEndings(" ").TrimEnd('.', ' ');

    /// <summary>Whether an exception is the file system's rather than the program's.</summary>
    public static bool IsFileTrouble(Exception exception) => exception is IOException or UnauthorizedAccessException;
}
