using System.Globalization;
using System.Runtime.InteropServices;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Execution;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Cli.Running;

/// <summary>How well a part of the machine serves.</summary>
internal enum Health
{
    /// <summary>Nothing to do.</summary>
    Good,

    /// <summary>It works, and something would be better.</summary>
    Note,

    /// <summary>Something is missing that is needed.</summary>
    Missing,
}

/// <summary>One thing that was found out about the machine.</summary>
/// <param name="Subject">What it is about, in a word or two.</param>
/// <param name="Health">How well it serves.</param>
/// <param name="State">What was found.</param>
/// <param name="Advice">What to do about it; null if there is nothing to do.</param>
internal sealed record Finding(string Subject, Health Health, string State, string? Advice = null);

/// <summary>Looks at the machine for what experiments need.</summary>
internal static class MachineCheck
{
    private const double Gibi = 1L << 30;
    private const double LittleMemory = 2 * Gibi;
    private const double LittleDisk = 2 * Gibi;
    private const string Install = "as root, type: apt-get update && apt-get install -y --no-install-recommends";

    /// <summary>Everything that was found, in the order in which it is shown.</summary>
    /// <param name="folder">The folder in which runs are written.</param>
    public static IEnumerable<Finding> Findings(string folder) =>
        [
            Processor(),
            Precision(),
            Gpu(),
            Kernels(),
            Allocator(),
            Memory(Machine.AvailableMemory(), Machine.TotalMemory()),
            Disk("disk for runs", folder, "free some, or give another folder by --out"),
            Cache(CacheFolder.OfUser()),
            Library("JPEG files", "libturbojpeg.so.0", "libturbojpeg0", Health.Missing),
            Library("PNG files", "libspng.so.0", "libspng0", Health.Missing),
            Library("WebP files", "libwebp.so.7", "libwebp7", Health.Note),
            FashionMnist(),
            DataSet(DataSource.Cifar10, "'simclr data cifar10 FILE' lays out what https://www.cs.toronto.edu/~kriz/cifar.html offers"),
            DataSet(DataSource.Cifar100, "'simclr data cifar100 FILE' lays out what https://www.cs.toronto.edu/~kriz/cifar.html offers"),
            DataSet(DataSource.Imagenet, "put train/SYNSET/ and val/SYNSET/ there, or set data.path (docs/data.md)"),
            .. Versions.Text().Split('\n').Take(2).Select(static line => new Finding("version", Health.Good, line)),
            new("version", Health.Good, $".NET {Environment.Version}, {RuntimeInformation.OSDescription}"),
        ];

    private static Finding Processor()
    {
        var machine = Machine.This();
        return machine.Threads < machine.Cores
            ? new(
                "processor",
                Health.Note,
                $"{machine.Processor}, {machine.Threads} of {machine.Cores} cores",
                "unset OMP_NUM_THREADS to use all"
            )
            : new("processor", Health.Good, $"{machine.Processor}, {machine.Cores} cores");
    }

    private static Finding Precision()
    {
        if (!Capabilities.Bf16(CPU))
        {
            return new("precision", Health.Good, "float32, since this processor has no instructions for bf16");
        }

        var ratio = PrecisionTrial.Ratio(TypicalNetwork.Of(side: 32));
        return new(
            "precision",
            Health.Good,
            $"{(PrecisionTrial.PrefersBf16(ratio) ? "bf16" : "float32")}, since bf16 takes "
                + $"{ratio.ToString("0.00", CultureInfo.InvariantCulture)} of float32's time here; each experiment measures its own network"
        );
    }

    private static Finding Gpu() =>
        cuda.is_available()
            ? new("GPU", Health.Good, Machine.This().Gpu ?? "a CUDA device")
            : new("GPU", Health.Note, "none that this build can use", "docs/gpu.md says how to build for CUDA, if there is one");

    private static Finding Kernels() =>
        Runtime.Native.Kernels.InUse
            ? new("kernels", Health.Good, Runtime.Native.Kernels.Description)
            : new(
                "kernels",
                Health.Note,
                $"{Runtime.Native.Kernels.Description}: everything runs, but slower",
                $"unset SIMCLR_KERNELS; if it is not set, {Install} g++ cmake make libjpeg-dev, and build again"
            );

    private static Finding Allocator() =>
        Environment.GetEnvironmentVariable("LD_PRELOAD") is { Length: > 0 } preloaded
            ? new("allocator", Health.Good, preloaded)
            : new(
                "allocator",
                Health.Note,
                "that of the system, which is slower and takes more memory",
                $"start by ./simclr, which preloads tcmalloc; if it finds none, {Install} libtcmalloc-minimal4"
            );

    /// <summary>Whether there is memory for usual experiments.</summary>
    internal static Finding Memory(double available, double total)
    {
        var state = $"{Size(available)} of {Size(total)} available";
        return available < LittleMemory
            ? new("memory", Health.Note, state, "end other programs, or use smaller batches or 'microbatch'")
            : new("memory", Health.Good, state);
    }

    private static Finding Disk(string subject, string folder, string advice)
    {
        try
        {
            var free = new DriveInfo(Path.GetFullPath(folder)).AvailableFreeSpace;
            var state = $"{Size(free)} free for {Path.GetFullPath(folder)}";
            return free < LittleDisk ? new(subject, Health.Note, state, advice) : new(subject, Health.Good, state);
        }
        catch (Exception e) when (InputException.IsFileTrouble(e) || e is ArgumentException)
        {
            return new(subject, Health.Note, $"{folder} cannot be looked at: {InputException.Reason(e)}", advice);
        }
    }

    /// <summary>Whether measurements and checks of images are kept for the next run.</summary>
    internal static Finding Cache(string? folder)
    {
        const string Advice = "set XDG_CACHE_HOME to a folder that can be written; without it, every run measures and checks again";
        if (folder is null)
        {
            return new("cache", Health.Note, "no folder, since the user has no home", Advice);
        }

        try
        {
            Directory.CreateDirectory(folder);
            var trial = Path.Combine(folder, $"doctor-{Environment.ProcessId}");
            File.WriteAllText(trial, "");
            File.Delete(trial);
            return new("cache", Health.Good, folder);
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            return new("cache", Health.Note, $"{folder} cannot be written: {InputException.Reason(e)}", Advice);
        }
    }

    /// <summary>Whether a library of the system is there.</summary>
    internal static Finding Library(string subject, string library, string package, Health otherwise)
    {
        if (!NativeLibrary.TryLoad(library, out var handle))
        {
            return new(subject, otherwise, $"{library} is missing", $"{Install} {package}");
        }

        NativeLibrary.Free(handle);
        return new(subject, Health.Good, library);
    }

    private static Finding FashionMnist() =>
        Directory.Exists(Datasets.FashionMnistFolder)
            ? new("fashion-mnist", Health.Good, Datasets.FashionMnistFolder)
            : new("fashion-mnist", Health.Note, $"not in {Datasets.FashionMnistFolder}", $"{Install} dataset-fashion-mnist");

    private static Finding DataSet(DataSource source, string advice)
    {
        var folder = Datasets.Folder(DataPlan.Of(new DataSpec { Source = source }), DataPlace.Anywhere);
        var name = Reading.RecordShape.KebabCase($"{source}");
        return Directory.Exists(folder) ? new(name, Health.Good, folder) : new(name, Health.Note, $"not in {folder}", advice);
    }

    private static string Size(double bytes) => string.Create(CultureInfo.InvariantCulture, $"{bytes / Gibi:0.0} GiB");
}
