using System.Runtime.InteropServices;
using LanguageExt;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Execution;

/// <summary>Where and in which number type the networks of a spec compute, decided for this machine and put into words.</summary>
internal static class Computation
{
    /// <summary>A device of this machine.</summary>
    /// <returns>The device, or that there is none of this kind.</returns>
    public static Either<InputError, Device> DeviceOf(RunDevice device) =>
        device switch
        {
            RunDevice.Cpu => CPU,
            _ when cuda.is_available() => CUDA,
            RunDevice.Auto => CPU,
            _ => new InputError("the device is cuda, but libtorch finds no CUDA device here: choose auto or cpu."),
        };

    /// <summary>Lets libtorch use all cores, unless OMP_NUM_THREADS says otherwise. Ranks share the cores of their machine.</summary>
    public static void UseAllCores()
    {
        if (Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is null && Ranks.Current.Size == 1)
        {
            set_num_threads(Environment.ProcessorCount);
        }
    }

    /// <summary>Sets up libtorch for the networks of a spec: it uses all cores, and rounds on a GPU only as the spec allows.</summary>
    public static void Prepare(Device device, Spec spec)
    {
        UseAllCores();
        Capabilities.Configure(device, tf32: spec.Precision == Precision.Tf32);
    }

    /// <summary>The type a spec's networks compute in on a device.</summary>
    public static ScalarType TypeOf(Device device, Spec spec) =>
        spec.Precision switch
        {
            Precision.Float32 or Precision.Tf32 => float32,
            Precision.Bf16 => bfloat16,
            // Every rank computes in the same type, whatever its own processor would choose.
            _ => Ranks.Current.Agree(() => PrefersBf16(device, spec) ? "bf16" : "float32", "the precision") == "bf16" ? bfloat16 : float32,
        };

    /// <summary>What a run computes on, with which type and kernels, in a few words.</summary>
    public static string Summarize(RunOptions options, Spec spec) =>
        $"{NameOf(options.Device)}, {PrecisionName(options, spec)}, {Kernels.Description}";

    /// <summary>The type that networks compute in, and why.</summary>
    public static string Explain(RunOptions options, Spec spec) => $"{PrecisionName(options, spec)}, since {Reason(options.Device, spec)}";

    /// <summary>What the run computes on and with, for its summary.</summary>
    public static ComputedOn Describe(RunOptions options, Spec spec)
    {
        var machine = Machine.This();
        return new(
            NameOf(options.Device),
            machine.Processor,
            IsGpu(options.Device) ? machine.Gpu : null,
            get_num_threads(),
            PrecisionName(options, spec),
            Reason(options.Device, spec),
            Kernels.Description,
            Versions(),
            Ranks.Current.Size
        );
    }

    // Of the program and of what it runs on, by name; MPI is there where several ranks run.
    private static IReadOnlyDictionary<string, string> Versions()
    {
        var versions = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["simclr"] = typeof(Computation).Assembly.GetName().Version?.ToString(3) ?? "unknown",
            ["dotnet"] = Environment.Version.ToString(),
            ["torch"] = Capabilities.Provider,
            ["system"] = RuntimeInformation.OSDescription,
        };
        if (Ranks.Current.Size > 1)
        {
            versions["mpi"] = MpiRanks.Version;
        }

        return versions;
    }

    private static bool PrefersBf16(Device device, Spec spec) =>
        Capabilities.Bf16(device) && (IsGpu(device) || PrecisionTrial.PrefersBf16(Ratio(spec)));

    private static double Ratio(Spec spec) => PrecisionTrial.Ratio(Plan.Of(spec).Encoder);

    private static bool IsGpu(Device device) => device.type == TorchSharp.DeviceType.CUDA;

    private static string NameOf(Device device) => device.type.ToString().ToLowerInvariant();

    private static string PrecisionName(RunOptions options, Spec spec) =>
        options.Compute == bfloat16 ? "bf16"
        : spec.Precision == Precision.Tf32 && IsGpu(options.Device) ? "tf32"
        : "float32";

    // Why networks compute in the type that they do.
    private static string Reason(Device device, Spec spec) =>
        spec.Precision != Precision.Auto ? "as the spec says"
        : IsGpu(device) ? "a GPU multiplies it faster"
        : !Capabilities.Bf16(device) ? "this processor has no instructions for bf16"
        : FormattableString.Invariant(
            $"on this processor bf16 takes {Ratio(spec):0.00} of float32's time, measured on the network's convolutions"
        );
}
