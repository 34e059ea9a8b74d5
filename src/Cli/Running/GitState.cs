using System.ComponentModel;
using System.Diagnostics;

namespace SimClrDsl.Cli.Running;

/// <summary>What git has checked out in a folder.</summary>
/// <param name="Commit">The commit.</param>
/// <param name="Changed">Whether tracked files differ from it.</param>
internal sealed record GitState(string Commit, bool Changed)
{
    /// <summary>The state of a folder; null where it belongs to no repository, or there is no git.</summary>
    public static GitState? Of(string folder) =>
        Git(folder, "rev-parse", "HEAD") is { Length: > 0 } commit
            ? new(commit, Git(folder, "status", "--porcelain", "--untracked-files=no") is not "")
            : null;

    // Its output; null where it failed.
    private static string? Git(string folder, params string[] arguments)
    {
        try
        {
            using var git = Process.Start(
                new ProcessStartInfo("git", arguments)
                {
                    WorkingDirectory = folder,
                    RedirectStandardOutput = true,
                    RedirectStandardError = true,
                }
            )!;
            git.ErrorDataReceived += static (_, _) => { };
            git.BeginErrorReadLine();
            var output = git.StandardOutput.ReadToEnd().Trim();
            git.WaitForExit();
            return git.ExitCode == 0 ? output : null;
        }
        catch (Win32Exception)
        {
            return null;
        }
    }
}
