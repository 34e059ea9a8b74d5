using System.Text;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Cli.Terminal;

/// <summary>
/// A writer that never throws. After the first write that fails, for example because a disk is full or a pipe is closed, all further text
/// is dropped, and <see cref="Failure"/> gives the reason. Hours of training must not be lost because a progress line could not be printed.
/// </summary>
/// <param name="target">The writer that text is passed on to.</param>
internal sealed class FaultTolerantWriter(TextWriter target) : TextWriter
{
    /// <summary>The operating system's reason for the first failed write; null if there was none.</summary>
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
