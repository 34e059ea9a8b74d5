using System.Text;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Cli.Terminal;

/// <summary>
/// A writer that outlives its target: after the first write that fails, as to a full disk or a pipe that nobody reads, the rest is dropped
/// in silence and <see cref="Failure"/> says why. Hours of training must not end because a line about them could not be printed.
/// </summary>
/// <param name="target">Where texts go as long as they can.</param>
internal sealed class LastingWriter(TextWriter target) : TextWriter
{
    /// <summary>The system's reason why the target cannot be written any more; null as long as it can.</summary>
    public string? Failure { get; private set; }

    public override Encoding Encoding => target.Encoding;

    public override void Write(char value) => Try(() => target.Write(value));

    public override void Write(string? value) => Try(() => target.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => target.Write(buffer, index, count));

    public override void Write(ReadOnlySpan<char> buffer) => Write(buffer.ToString());

    public override void WriteLine(string? value) => Try(() => target.WriteLine(value));

    public override void Flush() => Try(target.Flush);

    private void Try(Action write)
    {
        if (Failure is not null)
        {
            return;
        }

        try
        {
            write();
        }
        catch (Exception e) when (InputException.IsFileTrouble(e) || e is ObjectDisposedException)
        {
            Failure = InputException.Reason(e);
        }
    }
}
