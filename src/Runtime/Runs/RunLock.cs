using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Runs;

/// <summary>
/// Keeps a second process out of a run's folder. The operating system holds the lock for the process and drops it when the process ends,
/// however it ends; the file that stays behind locks nothing.
/// </summary>
public sealed class RunLock : IDisposable
{
    private readonly FileStream held;

    private RunLock(FileStream held) => this.held = held;

    /// <summary>Takes the lock.</summary>
    /// <param name="folder">The run's folder.</param>
    /// <exception cref="InputException">Another process holds it, or it cannot be made.</exception>
    public static RunLock Take(RunFolder folder)
    {
        var path = folder.File(".lock");
        try
        {
            return new(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e is not DirectoryNotFoundException && File.Exists(path))
        {
            var holder = folder.LastLaunch() is { } launch
                ? $"process {launch.MadeFrom.Process} on {launch.MadeFrom.Host} since {launch.Date}"
                : "another process";
            throw new InputException($"{folder.Path} is in use by {holder}: wait for it, stop it, or give another folder with --out.", e);
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            throw new InputException($"{path} cannot be written: {InputException.Reason(e)}.", e);
        }
    }

    /// <summary>Gives the lock back.</summary>
    public void Dispose() => held.Dispose();
}
