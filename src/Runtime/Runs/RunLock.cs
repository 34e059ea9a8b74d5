using LanguageExt;
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
    /// <returns>The lock, or that another process holds it, or that it cannot be made.</returns>
    public static Either<InputError, RunLock> Take(RunFolder folder)
    {
        var path = folder.File(".lock");
        try
        {
            return new RunLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException e) when (e is not DirectoryNotFoundException && File.Exists(path))
        {
            var holder = folder.LastLaunch() is { } launch
                ? $"process {launch.MadeFrom.Process} on {launch.MadeFrom.Host} since {launch.Date}"
                : "another process";
            return new InputError($"{folder.Path} is in use by {holder}: wait for it, stop it, or give another folder with --out.");
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            return new InputError($"{path} cannot be written: {InputException.Reason(e)}.");
        }
    }

    /// <summary>Gives the lock back.</summary>
    public void Dispose() => held.Dispose();
}
