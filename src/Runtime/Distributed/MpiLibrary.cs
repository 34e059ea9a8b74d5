using System.Runtime.InteropServices;
using System.Text;
using LanguageExt;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Distributed;

/// <summary>
/// P/Invoke declarations of src/Mpi. The launcher compiles that library with the MPI of the machine when ranks are asked for, and names it
/// in the environment variable SIMCLR_MPI.
/// </summary>
internal static unsafe partial class MpiLibrary
{
    /// <summary>The environment variable that holds the library's path.</summary>
    public const string Variable = "SIMCLR_MPI";

    private const string Name = "simclr_mpi";
    private const int LongestText = 512;

    /// <summary>The path of the library.</summary>
    /// <returns>The path, or that the environment variable is not set.</returns>
    public static Either<InputError, string> Path() =>
        Environment.GetEnvironmentVariable(Variable) is { } path
            ? path
            : new InputError($"{Variable} does not name the library that calls MPI: start the run by ./simclr, which builds it.");

    /// <summary>Lets the functions below be those of a library, which is loaded at the first call of one.</summary>
    /// <param name="path">Path of the library.</param>
    public static void Use(string path) =>
        NativeLibrary.SetDllImportResolver(
            typeof(MpiLibrary).Assembly,
            (name, assembly, search) => name == Name ? NativeLibrary.Load(path) : NativeLibrary.Load(name, assembly, search)
        );

    /// <summary>What an error code of MPI means.</summary>
    public static string Error(int code) => Text((text, length) => simclr_mpi_error(code, (byte*)text, length)).TrimEnd('.', '\n');

    /// <summary>Name and version of the MPI, from the first line of what it says: "Open MPI v4.1.4, …", "MPICH Version: 4.0.2".</summary>
    public static string Version() =>
        string.Join(
            ' ',
            Text(static (text, length) => simclr_mpi_version((byte*)text, length))
                .Split('\n', ',')[0]
                .Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
                .Where(static word => word != "Version:")
        );

    [LibraryImport(Name)]
    public static partial int simclr_mpi_start(out int rank, out int size, out int cores);

    [LibraryImport(Name)]
    public static partial int simclr_mpi_begin_sum(void* values, long count, int type, out nint request);

    [LibraryImport(Name)]
    public static partial int simclr_mpi_begin_gather(void* values, void* all, long count, int type, out nint request);

    [LibraryImport(Name)]
    public static partial int simclr_mpi_begin_broadcast(void* bytes, long count, out nint request);

    [LibraryImport(Name)]
    public static partial int simclr_mpi_wait(nint request, double seconds);

    [LibraryImport(Name)]
    public static partial void simclr_mpi_abort(int exitCode);

    [LibraryImport(Name)]
    public static partial int simclr_mpi_finish();

    [LibraryImport(Name)]
    private static partial void simclr_mpi_error(int code, byte* text, int length);

    [LibraryImport(Name)]
    private static partial void simclr_mpi_version(byte* text, int length);

    private static string Text(Action<nint, int> write)
    {
        var bytes = stackalloc byte[LongestText];
        write((nint)bytes, LongestText);
        return Encoding.UTF8.GetString(MemoryMarshal.CreateReadOnlySpanFromNullTerminated(bytes));
    }
}
