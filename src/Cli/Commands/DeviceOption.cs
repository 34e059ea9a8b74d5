using System.CommandLine;
using SimClrDsl.Runtime.Files;
using static TorchSharp.torch;

namespace SimClrDsl.Cli.Commands;

/// <summary>The option <c>--device</c>. The device is not part of the spec, because it does not change the experiment.</summary>
internal static class DeviceOption
{
    private const string Auto = "auto";
    private const string Cpu = "cpu";
    private const string Cuda = "cuda";

    public static Option<string?> Create() =>
        new("--device") { Description = "Where to compute: cpu, cuda, or auto, which is a CUDA device if there is one." };

    /// <summary>The device with a name; null for the option's default.</summary>
    /// <exception cref="InputException">There is no such device.</exception>
    public static Device Choose(string? name) =>
        name switch
        {
            null or Auto => cuda.is_available() ? CUDA : CPU,
            Cpu => CPU,
            Cuda => cuda.is_available()
                ? CUDA
                : throw new InputException("--device is cuda, but libtorch finds no CUDA device here: leave it out, or give cpu."),
            _ => throw new InputException($"there is no device '{name}': give {Auto}, {Cpu} or {Cuda}."),
        };
}
