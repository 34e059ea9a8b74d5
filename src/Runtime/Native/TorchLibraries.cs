using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace SimClrDsl.Runtime.Native;

/// <summary>
/// Makes TorchSharp's native library load on Linux systems whose C++ library is older than the one it was built with (Debian 12 and Ubuntu 22.04
/// have GCC 12's). It asks for a version of libstdc++ for the sake of one symbol that nothing in it uses, so a copy in which that request is
/// weak works; no file of the application or of the package cache changes. Newer systems are left alone.
/// </summary>
public static class TorchLibraries
{
    /// <summary>The version of libstdc++ that TorchSharp 0.107's library asks for: GCC 13's.</summary>
    internal const string Version = "GLIBCXX_3.4.32";

    private const string CppLibrary = "libstdc++.so.6";
    private const string TorchSharpLibrary = "libLibTorchSharp.so";

    // What TorchSharp's library needs, in the order in which each finds the ones before it.
    private static readonly string[] Libtorch = ["libgomp-98b21ff3.so.1", "libc10.so", "libtorch_cpu.so", "libtorch.so"];

    private static readonly Lazy<bool> prepared = new(Load);

    /// <summary>Loads the libraries where the system's own loader could not. Must run before TorchSharp is first used; a second call does nothing.</summary>
    /// <exception cref="InputException">The library cannot be made to load here.</exception>
    public static void Prepare() => _ = prepared.Value;

    // Before any code of this assembly, and so before the first tensor of a program that uses it.
#pragma warning disable CA2255 // The library must be loaded before TorchSharp looks for it, whichever program uses this assembly.
    [ModuleInitializer]
    internal static void PrepareWithAssembly() => Prepare();
#pragma warning restore CA2255

    /// <summary>Loads a library that lies where the application's native libraries do; false where it is not there.</summary>
    internal static bool TryLoad(string name) =>
        Find(FileOf(name)) is { } path && NativeLibrary.TryLoad(path, out _);

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
        if (!IsTreatmentNeeded(bytes, File.ReadAllBytes(PathOfLoaded(CppLibrary))))
        {
            return false;
        }

        var treated = Treated(bytes, Caches());
        foreach (var path in Libtorch.Select(Find).OfType<string>().Append(treated))
        {
            Open(path);
        }

        return true;
    }

    /// <summary>Whether a library asks for <see cref="Version"/> and the system's C++ library does not have it.</summary>
    internal static bool IsTreatmentNeeded(ReadOnlySpan<byte> library, ReadOnlySpan<byte> cppLibrary) =>
        ElfVersionNeeds.Requires(library, Version) && cppLibrary.IndexOf("GLIBCXX_3.4.32\0"u8) < 0;

    /// <summary>The path of a treated copy in the first of the folders that can be written; made, and said, only where it is not there yet.</summary>
    /// <exception cref="InputException">None of the folders can be written.</exception>
    internal static string Treated(byte[] library, IEnumerable<string> folders)
    {
        var name = $"libLibTorchSharp-{Convert.ToHexStringLower(SHA256.HashData(library))[..16]}.so";
        Exception? last = null;
        foreach (var folder in folders)
        {
            var path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                return path;
            }

            try
            {
                AtomicFile.Write(path, stream => stream.Write(ElfVersionNeeds.WithWeak(library, Version)));
                Console.Error.WriteLine($"simclr: {CppLibrary} of this system lacks {Version}, which TorchSharp asks for and does not use: {path} is a copy that loads.");
                return path;
            }
            catch (InputException trouble)
            {
                last = trouble;
            }
        }

        throw new InputException(
            $"TorchSharp's {TorchSharpLibrary} asks for {Version} of {CppLibrary}, which this system lacks, and no folder for a copy that does without it can be written ({last?.Message}); set XDG_CACHE_HOME to one, or install libstdc++ of GCC 13."
        );
    }

    // The cache folder, and for a person without a home that can be written one that only this process knows.
    private static IEnumerable<string> Caches()
    {
        yield return CacheFolder();
        yield return Directory.CreateTempSubdirectory("simclr-").FullName;
    }

    private static string CacheFolder() =>
        Path.Combine(
            Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache
                ? cache
                : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
            "simclr"
        );

    // Where the host looks for native libraries: the application's folder, and runtimes/RID/native of what it was built with.
    private static string? Find(string file) =>
        ((string?)AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") ?? "")
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Append(AppContext.BaseDirectory)
            .Select(folder => Path.Combine(folder, file))
            .FirstOrDefault(File.Exists);

    private static string PathOfLoaded(string library)
    {
        _ = NativeLibrary.Load(library);
        return File.ReadLines("/proc/self/maps")
                .Select(static line => line[(line.LastIndexOf(' ') + 1)..])
                .FirstOrDefault(path => path.Contains(library, StringComparison.Ordinal))
            ?? throw new InputException($"{library} of this system was loaded, but /proc/self/maps does not show from where.");
    }

    private static void Open(string path)
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
