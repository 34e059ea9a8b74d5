using System.Reflection;
using System.Runtime.InteropServices;

namespace SimClrDsl.Native;

internal static unsafe partial class LibTorch
{
    private const string FileName = "libsimclr_torch.so";

    static LibTorch()
    {
        NativeLibrary.SetDllImportResolver(typeof(LibTorch).Assembly, static (name, _, _) => name == Library ? loaded.Value : nint.Zero);
    }

    private static readonly Lazy<nint> loaded = new(Load);

    /// <summary>The exception for the failure the shim has just recorded on this thread.</summary>
    public static ExternalException Failure() => new(Text(simclr_last_error()));

    /// <summary>Throws when a shim function reports failure; otherwise passes its result on.</summary>
    public static int Checked(int result) => result >= 0 ? result : throw Failure();

    /// <summary>Throws when a shim function returns no handle; otherwise passes it on.</summary>
    public static nint Checked(nint handle) => handle != 0 ? handle : throw Failure();

    public static string Text(byte* utf8) => Marshal.PtrToStringUTF8((nint)utf8) ?? "";

    private static nint Load()
    {
        var reasons = new List<string>();
        foreach (var path in Candidates())
        {
            try
            {
                var library = NativeLibrary.Load(path);
                // A step's buffers are worth keeping from the first step on.
                _ = ((delegate* unmanaged<int>)NativeLibrary.GetExport(library, nameof(simclr_keep_buffers)))();
                return library;
            }
            catch (DllNotFoundException reason)
            {
                // The loader repeats itself for every name it tries; its first line has the cause.
                reasons.Add(reason.Message.Split('\n')[0].Trim());
            }
        }
        throw new DllNotFoundException(
            reasons.Count == 0
                ? $"{FileName}, the bridge to libtorch, was not found: run src/Torch/native/build.sh, or set SIMCLR_TORCH_NATIVE to its path."
                : $"{FileName}, the bridge to libtorch, could not be loaded: {string.Join("; ", reasons)}"
        );
    }

    private static IEnumerable<string> Candidates()
    {
        if (Environment.GetEnvironmentVariable("SIMCLR_TORCH_NATIVE") is { Length: > 0 } chosen)
        {
            // A path that was asked for and is missing must not be passed over in silence.
            return [Directory.Exists(chosen) ? Path.Combine(chosen, FileName) : chosen];
        }
        var beside = Path.GetDirectoryName(Assembly.GetExecutingAssembly().Location) is { Length: > 0 } folder
            ? folder
            : AppContext.BaseDirectory;
        return Above(AppContext.BaseDirectory)
            .Select(static root => Path.Combine(root, "artifacts", "native", FileName))
            .Prepend(Path.Combine(beside, FileName))
            .Where(File.Exists);
    }

    private static IEnumerable<string> Above(string start)
    {
        for (var folder = new DirectoryInfo(start); folder is not null; folder = folder.Parent)
        {
            yield return folder.FullName;
        }
    }
}
