using System.Reflection;
using LanguageExt;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Execution;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Bench;

/// <summary>Everyone who takes part, and how the process of each is started.</summary>
internal sealed class Roster
{
    public const string Ours = "ours";
    private const string Plain = "plain";
    private const string Tuned = "tuned";
    private const string Compiled = "compiled";
    private const string TorchSharpPlain = "torchsharp-plain";
    private const string TorchSharpTuned = "torchsharp-tuned";

    private readonly MachineDescription machine;
    private readonly BenchFolder folder;
    private readonly string python;
    private readonly string torchSharp;

    private Roster(MachineDescription machine, BenchFolder folder, string python, string torchSharp, IReadOnlyList<string> peers) =>
        (this.machine, this.folder, this.python, this.torchSharp, Names) = (machine, folder, python, torchSharp, [Ours, .. peers]);

    /// <summary>Everyone who takes part on a machine.</summary>
    /// <param name="machine">The machine.</param>
    /// <param name="folder">Where the peers are.</param>
    /// <param name="without">The peers that take no part.</param>
    /// <returns>The roster; an error if a peer is not known or what the peers need is missing.</returns>
    public static Either<InputError, Roster> On(MachineDescription machine, BenchFolder folder, IReadOnlyList<string> without)
    {
        string[] peers =
            machine.Device == "cuda"
                ? [Plain, Tuned, Compiled, TorchSharpPlain, TorchSharpTuned]
                : [Plain, Tuned, TorchSharpPlain, TorchSharpTuned];
        return from left in without.Select(name => Known(name, peers)).All()
            from others in Compared([.. peers.Except(left)], peers)
            from python in Python.Find()
            from torchSharp in folder.TorchSharpPeers()
            select new Roster(machine, folder, python, torchSharp, others) { Without = [.. peers.Intersect(left)] };
    }

    /// <summary>Ours first, which leaves the weights that the others start from.</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>The peers that take no part.</summary>
    public IReadOnlyList<string> Without { get; private init; } = [];

    /// <summary>Whether a contender computes in the precision it is told; the plain ones know float32 alone.</summary>
    public static bool HasPrecisions(string name) => name is not (Plain or TorchSharpPlain);

    /// <summary>Starts a contender's process.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="files">What it shares with the others.</param>
    /// <param name="measure">step or loop.</param>
    /// <param name="first">Steps before the first measurement.</param>
    /// <param name="bf16">Whether it computes in bf16, else in float32.</param>
    public Contender Start(string name, SharedFiles files, string measure, int first, bool bf16)
    {
        string[] arguments = [files.Folder, measure, FormattableString.Invariant($"{first}"), PrecisionName(bf16)];
        var (program, own) = name switch
        {
            Ours => (Environment.ProcessPath!, [.. OwnProgram, "bench-worker"]),
            TorchSharpPlain => (DotNet, [torchSharp, "plain"]),
            TorchSharpTuned => (DotNet, [torchSharp, "tuned"]),
            _ => (python, (string[])[folder.Peer(name)]),
        };
        return Contender.Start(name, program, [.. own, .. arguments], machine.Threads);
    }

    /// <summary>A precision's name for people and processes.</summary>
    public static string PrecisionName(bool bf16) => bf16 ? "bf16" : "float32";

    private static Either<InputError, string> Known(string name, IReadOnlyList<string> peers) =>
        peers.Contains(name) ? name : new InputError($"--without cannot be '{name}': {Nearest.Advice(name, peers)}");

    private static Either<InputError, string[]> Compared(string[] others, IReadOnlyList<string> peers) =>
        others.Length > 0 ? others : new InputError($"--without leaves nobody to compare with: keep one of {string.Join(", ", peers)}.");

    private static bool IsUnderDotNet => Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet";

    // Under the dotnet host the program is its assembly.
    private static IEnumerable<string> OwnProgram => IsUnderDotNet ? [Assembly.GetExecutingAssembly().Location] : [];

    private static string DotNet => IsUnderDotNet ? Environment.ProcessPath! : "dotnet";
}
