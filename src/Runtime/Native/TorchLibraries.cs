using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using LanguageExt;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Native;

/// <summary>
/// Makes TorchSharp's native library load on Linux systems whose libstdc++ is older than the one it was built with, such as Debian 12 and
/// Ubuntu 22.04 with that of GCC 12. The library requires a newer version because of one symbol that it never uses. On such a system this
/// class writes a patched copy, in which the requirement is marked as weak, to a cache folder and loads that; no file of the application or
/// of the package cache changes. On newer systems it does nothing.
/// </summary>
public static class TorchLibraries
{
    /// <summary>The version of libstdc++ that the library of TorchSharp 0.107 requires: that of GCC 13.</summary>
    internal const string Version = "GLIBCXX_3.4.32";

    private const string CppLibrary = "libstdc++.so.6";
    private const string TorchSharpLibrary = "libLibTorchSharp.so";

    // The libraries that TorchSharp's library depends on, each after its own dependencies.
    private static readonly string[] Libtorch = ["libgomp-98b21ff3.so.1", "libc10.so", "libtorch_cpu.so", "libtorch.so"];

    private static readonly Lazy<bool> prepared = new(static () =>
    {
        var patched = Load();
        if (ProcessorCaches.AreHidden && PathOf("torch_cpu") is { } libtorch)
        {
            OneDnnCaches.Correct(libtorch);
        }

        return patched;
    });

    /// <summary>
    /// Loads TorchSharp's libraries if the system's own loader could not, and corrects what libtorch knows of a processor that hides its
    /// caches. Must run before TorchSharp is first used; later calls do nothing.
    /// </summary>
    /// <exception cref="InputException">The library cannot be made to load here, or cannot be trusted.</exception>
    public static void Prepare() => _ = prepared.Value;

    // A module initialiser runs before any other code of this assembly, so before it makes its first tensor.
#pragma warning disable CA2255 // The library must be loaded before TorchSharp looks for it, whichever program uses this assembly.
    [ModuleInitializer]
    internal static void PrepareWithAssembly()
    {
        Prepare();
        LateRelease.Use();
        SilenceWarnings();
    }

#pragma warning restore CA2255

    /// <summary>
    /// Loads a library from the folders of the application's native libraries; false if it is not there or cannot be loaded.
    /// </summary>
    internal static bool TryLoad(string name) => PathOf(name) is { } path && NativeLibrary.TryLoad(path, out _);

    /// <summary>Path of a library that comes with the program; null if it is not there.</summary>
    internal static string? PathOf(string name) => Find(FileOf(name));

    // Where the processor hides its caches, libtorch would print a warning for every convolution on one thread: that NNPACK, which it can do
    // without, does not know the hardware. The variable is what libtorch's logging reads; its environment variable has no effect here.
    private static void SilenceWarnings()
    {
        const int OnlyErrors = 2;
        if (
            OperatingSystem.IsLinux()
            && ProcessorCaches.AreHidden
            && PathOf("c10") is { } path
            && NativeLibrary.TryLoad(path, out var c10)
            && NativeLibrary.TryGetExport(c10, "FLAGS_caffe2_log_level", out var level)
        )
        {
            Marshal.WriteInt32(level, OnlyErrors);
        }
    }

    private static string FileOf(string name) =>
        OperatingSystem.IsWindows() ? $"{name}.dll"
        : OperatingSystem.IsMacOS() ? $"lib{name}.dylib"
        : $"lib{name}.so";

    private static bool Load()
    {
        if (!OperatingSystem.IsLinux() || Find(TorchSharpLibrary) is not { } library)
        {
            return false;
        }

        var bytes = File.ReadAllBytes(library);
        if (!NeedsPatch(bytes, File.ReadAllBytes(PathOfLoaded(CppLibrary).OrThrow())))
        {
            return false;
        }

        var patched = PatchedCopy(bytes, Folders()).OrThrow();
        foreach (var path in Libtorch.Select(Find).OfType<string>().Append(patched))
        {
            LoadLibrary(path);
        }

        return true;
    }

    /// <summary>Whether a library requires <see cref="Version"/> and the system's C++ library does not provide it.</summary>
    internal static bool NeedsPatch(ReadOnlySpan<byte> library, ReadOnlySpan<byte> cppLibrary) =>
        ElfVersionNeeds.Requires(library, Version) && cppLibrary.IndexOf("GLIBCXX_3.4.32\0"u8) < 0;

    /// <summary>
    /// The path of a patched copy: an existing one in any of the folders, else a new one in the first folder that can be written, which is
    /// reported on standard error.
    /// </summary>
    /// <returns>The path; an error if none of the folders can be written.</returns>
    internal static Either<InputError, string> PatchedCopy(byte[] library, IReadOnlyList<string> folders)
    {
        var name = $"libLibTorchSharp-{Convert.ToHexStringLower(SHA256.HashData(library))[..16]}.so";
        var paths = folders.Select(folder => Path.Combine(folder, name)).ToList();
        return paths.FirstOrDefault(File.Exists) is { } existing ? existing : NewCopy(ElfVersionNeeds.WithWeak(library, Version), paths);
    }

    private static Either<InputError, string> NewCopy(byte[] copy, List<string> paths)
    {
        var reasons = new List<string>();
        foreach (var path in paths)
        {
            // Another process may have written the same copy in the meantime.
            if (Inputs.Catch(() => Written(copy, path)).Try(out _, out var trouble) || File.Exists(path))
            {
                return path;
            }

            reasons.Add(trouble.Message);
        }

        return new InputError(
            $"TorchSharp's {TorchSharpLibrary} asks for {Version} of {CppLibrary}, which this system lacks, "
                + $"and a patched copy that does not ask for it cannot be written ({string.Join("; ", reasons)}): "
                + $"set XDG_CACHE_HOME to a folder, or install libstdc++ of GCC 13."
        );
    }

    private static string Written(byte[] copy, string path)
    {
        AtomicFile.Write(path, stream => stream.Write(copy));
        Console.Error.WriteLine(
            $"simclr: TorchSharp asks for {Version} of {CppLibrary}, which this system lacks, "
                + $"but does not use it. A patched copy of the library that does not ask for it is now at {path}."
        );
        return path;
    }

    // In order: the user's cache folder, the default cache folder if XDG_CACHE_HOME names another one, and the application's folder.
    private static string[] Folders()
    {
        var home = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        var chosen = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : home;
        return [Path.Combine(chosen, "simclr"), Path.Combine(home, "simclr"), AppContext.BaseDirectory];
    }

    // The folders in which the .NET host looks for native libraries: runtimes/RID/native of the packages, and the application's folder.
    private static string? Find(string file) =>
        ((string?)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory)
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);

    private static Either<InputError, string> PathOfLoaded(string library)
    {
        _ = NativeLibrary.Load(library);
        var path = File.ReadLines("/proc/self/maps")
            .Select(static line => line[(line.LastIndexOf(' ') + 1)..])
            .FirstOrDefault(path => path.Contains(library, StringComparison.Ordinal));
        return path is null ? new InputError($"{library} of this system was loaded, but /proc/self/maps does not show from where.") : path;
    }

    private static void LoadLibrary(string path)
    {
        try
        {
            _ = NativeLibrary.Load(path);
        }
        catch (DllNotFoundException e)
        {
            throw new InputException($"{path} cannot be loaded: {e.Message.Split('\n')[0].Trim()}.", e);
        }
    }
}
