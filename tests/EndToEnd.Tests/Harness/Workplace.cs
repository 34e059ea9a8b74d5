using System.Diagnostics;
using System.Security.Cryptography;

namespace SimClrDsl.EndToEnd.Tests.Harness;

/// <summary>A temporary folder in which commands are run.</summary>
internal sealed class Workplace : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("simclr-end-to-end-");

    public string Path => folder.FullName;

    public string At(string name) => System.IO.Path.Combine(Path, name);

    public string Read(string name) => File.ReadAllText(At(name));

    public Workplace With(string name, string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(At(name))!);
        File.WriteAllText(At(name), text);
        return this;
    }

    /// <summary>
    /// Runs a command of the program in this folder, within the process of the tests: much quicker than a process for each.
    /// </summary>
    public Outcome Simclr(params string[] arguments) => InProcess.Run(arguments, Path);

    /// <summary>Runs the program in this folder as a process of its own, as a person runs it in a shell.</summary>
    /// <param name="arguments">The words after the program's name.</param>
    /// <param name="environment">Variables of the environment that are set besides.</param>
    public Outcome SimclrProcess(string[] arguments, params (string Name, string? Value)[] environment)
    {
        var variables = Variables(environment);
        return Processes.Run("dotnet", [arguments is ["bench", ..] ? Built.Bench : Built.Program, .. arguments], Path, variables);
    }

    /// <summary>Starts the program in this folder, as a process that the test waits for or ends itself.</summary>
    public Process Start(string[] arguments, params (string Name, string? Value)[] environment) =>
        // A shell that starts the tests in the background has told them to ignore SIGINT, and nohup SIGHUP; processes inherit that.
        Processes.Start("env", ["--default-signal", "dotnet", Built.Program, .. arguments], Path, Variables(environment));

    private static Dictionary<string, string?> Variables((string Name, string? Value)[] environment)
    {
        var variables = new Dictionary<string, string?>
        {
            ["LANG"] = "C.UTF-8",
            ["LC_ALL"] = "C.UTF-8",
            // Nothing is remembered of a test's images.
            ["XDG_CACHE_HOME"] = "/dev/null",
        };
        foreach (var (name, value) in environment)
        {
            variables[name] = value;
        }

        return variables;
    }

    /// <summary>
    /// Runs the program on bad input, and asserts that it says so in one line each and leaves the folder as it was. Only a run that exists
    /// may note that it was launched.
    /// </summary>
    public Outcome Refuses(string[] arguments, int lines = 1)
    {
        var before = WithoutLaunches();
        var outcome = Simclr(arguments).Refused(lines);
        Assert.Equal(before, WithoutLaunches());
        return outcome;

        IEnumerable<KeyValuePair<string, string>> WithoutLaunches() =>
            [.. Contents().Where(static file => !file.Key.EndsWith("/launches.jsonl", StringComparison.Ordinal))];
    }

    /// <summary>Every file and folder below this one, with a hash of what files hold.</summary>
    public IReadOnlyDictionary<string, string> Contents(string below = ".") => Folders.Contents(At(below));

    public void Dispose() => folder.Delete(recursive: true);
}

/// <summary>Folders as values.</summary>
internal static class Folders
{
    /// <summary>What is below a folder: relative path → hash of the content, empty for a folder.</summary>
    public static SortedDictionary<string, string> Contents(string folder) =>
        new(
            Directory
                .EnumerateFileSystemEntries(folder, "*", SearchOption.AllDirectories)
                .ToDictionary(path => Path.GetRelativePath(folder, path), Hash),
            StringComparer.Ordinal
        );

    public static void Copy(string from, string to)
    {
        foreach (var file in Directory.EnumerateFiles(from, "*", SearchOption.AllDirectories))
        {
            var target = Path.Combine(to, Path.GetRelativePath(from, file));
            Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(file, target);
        }
    }

    private static string Hash(string path) => File.Exists(path) ? Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path))) : "";
}
