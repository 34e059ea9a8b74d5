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

    /// <summary>A CUDA device if there is one, else the CPU.</summary>
    public static Device OfThisMachine => cuda.is_available() ? CUDA : CPU;

    /// <summary>The device with a name; null for the option's default.</summary>
    /// <returns>The device, or that there is none of this name.</returns>
    public static LanguageExt.Either<InputError, Device> Choose(string? name) =>
        name switch
        {
            null or Auto => OfThisMachine,
            Cpu => CPU,
            Cuda => cuda.is_available()
                ? CUDA
                : new InputError("--device is cuda, but libtorch finds no CUDA device here: leave it out, or give cpu."),
            _ => new InputError($"there is no device '{name}': give {Auto}, {Cpu} or {Cuda}."),
        };
}
