using System.CommandLine;

namespace SimClrDsl.Bench;

/// <summary>The commands of the benchmark's program, which the launcher starts for <c>./simclr bench</c>.</summary>
internal static class Commands
{
    public static RootCommand All => new("Ours against PyTorch and TorchSharp.") { BenchCommand.Create(), BenchWorkerCommand.Create() };
}
