using LanguageExt;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Profiling;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Distributed;

/// <summary>
/// The ranks that <c>mpirun</c> or <c>srun</c> started. Every operation is started without waiting and then waited for, so that one that
/// does not end is noticed.
/// </summary>
public sealed unsafe class MpiRanks : IRanks
{
    // What each launcher tells a process of the number of processes: Open MPI, MPICH and Intel MPI, and SLURM.
    private static readonly string[] Sizes = ["OMPI_COMM_WORLD_SIZE", "PMI_SIZE", "SLURM_NTASKS"];
    private static readonly string[] RankNumbers = ["OMPI_COMM_WORLD_RANK", "PMI_RANK", "SLURM_PROCID"];

    private readonly TimeSpan timeout;
    private string place = "the start of the run";

    private MpiRanks(int rank, int size, int cores, TimeSpan timeout) => (Rank, Size, Cores, this.timeout) = (rank, size, cores, timeout);

    /// <summary>Whether this process is one of several that MPI started.</summary>
    public static bool AreStarted =>
        RankNumbers.Any(static name => Environment.GetEnvironmentVariable(name) is not null)
        && Sizes.Any(static name => int.TryParse(Environment.GetEnvironmentVariable(name), out var size) && size > 1);

    /// <summary>Whether MPI started this process as another rank than the first, which it may not have joined yet.</summary>
    public static bool IsOther =>
        AreStarted && RankNumbers.Select(Environment.GetEnvironmentVariable).FirstOrDefault(static rank => rank is not null) is not "0";

    /// <inheritdoc/>
    public int Rank { get; }

    /// <inheritdoc/>
    public int Size { get; }

    /// <summary>Number of this machine's cores that are this rank's share.</summary>
    public int Cores { get; }

    /// <summary>Name and version of the MPI in use: "Open MPI v4.1.4", "MPICH 4.0.2".</summary>
    public static string Version => MpiLibrary.Version();

    /// <summary>Joins the other ranks. To be called once, on the thread that trains.</summary>
    /// <param name="timeout">How long an operation may take before the run is ended.</param>
    /// <returns>This process as one of the ranks, or that there is no library that calls MPI, or that MPI cannot be started.</returns>
    /// <exception cref="DllNotFoundException">The library, or the MPI that it was built for, cannot be loaded.</exception>
    public static Either<InputError, MpiRanks> Start(TimeSpan timeout) => MpiLibrary.Path().Bind(library => Start(library, timeout));

    private static Either<InputError, MpiRanks> Start(string library, TimeSpan timeout)
    {
        MpiLibrary.Use(library);
        var code = MpiLibrary.simclr_mpi_start(out var rank, out var size, out var cores);
        return code == 0 ? new MpiRanks(rank, size, cores, timeout) : new InputError($"MPI cannot be started: {MpiLibrary.Error(code)}.");
    }

    /// <summary>Leaves the other ranks, after they all have done their work.</summary>
    public static void Finish() => _ = MpiLibrary.simclr_mpi_finish();

    /// <summary>Ends all ranks at once.</summary>
    /// <param name="exitCode">What mpirun exits with.</param>
    public static void Abort(int exitCode) => MpiLibrary.simclr_mpi_abort(exitCode);

    /// <inheritdoc/>
    public void At(string place) => this.place = place;

    /// <inheritdoc/>
    public IPendingSum BeginSum(Tensor values, string what)
    {
        Require(values);
        var code = MpiLibrary.simclr_mpi_begin_sum(Aten.Pointer(values), values.numel(), TypeOf(values), out var request);
        Check(code, $"sum of {what}");
        return new Sum(this, request, values, what);
    }

    /// <inheritdoc/>
    public Tensor Gather(Tensor values, string what)
    {
        Require(values);
        var all = empty([Size, .. values.shape], dtype: values.dtype);
        var code = MpiLibrary.simclr_mpi_begin_gather(
            Aten.Pointer(values),
            Aten.Pointer(all),
            values.numel(),
            TypeOf(values),
            out var request
        );
        Check(code, $"gathering of {what}");
        Wait(request, $"gathering of {what}");
        GC.KeepAlive(values);
        return all;
    }

    /// <inheritdoc/>
    public void Broadcast(Tensor values, string what)
    {
        Require(values);
        var bytes = values.numel() * values.element_size();
        var code = MpiLibrary.simclr_mpi_begin_broadcast(Aten.Pointer(values), bytes, out var request);
        Check(code, $"handing out of {what}");
        Wait(request, $"handing out of {what}");
        GC.KeepAlive(values);
    }

    private void Wait(nint request, string operation)
    {
        using var span = Spans.Of(StepPhase.Ranks, operation);
        var code = MpiLibrary.simclr_mpi_wait(request, timeout.TotalSeconds);
        if (code < 0)
        {
            throw Failed(operation, $"did not end within {Duration()}: another rank has stopped, or cannot be reached");
        }

        Check(code, operation);
    }

    private void Check(int code, string operation)
    {
        if (code != 0)
        {
            throw Failed(operation, $"failed: {MpiLibrary.Error(code)}");
        }
    }

    private RanksFailedException Failed(string operation, string how) => new($"rank {Rank} of {Size}: the {operation} at {place} {how}.");

    private string Duration() =>
        timeout.TotalMinutes >= 1
            ? FormattableString.Invariant($"{timeout.TotalMinutes:0.#} min")
            : FormattableString.Invariant($"{timeout.TotalSeconds:0.#} s");

    private static void Require(Tensor values)
    {
        if (!values.is_contiguous() || values.device.type != TorchSharp.DeviceType.CPU || values.numel() > int.MaxValue / 8)
        {
            throw new ArgumentException(
                $"MPI takes contiguous tensors on the CPU of at most {int.MaxValue / 8} values, and not [{string.Join(", ", values.shape)}].",
                nameof(values)
            );
        }
    }

    // The numbers of src/Mpi.
    private static int TypeOf(Tensor values) =>
        values.dtype switch
        {
            ScalarType.Float32 => 1,
            ScalarType.Float64 => 2,
            ScalarType.Int64 => 3,
            _ => throw new ArgumentException($"MPI cannot add tensors of {values.dtype}.", nameof(values)),
        };

    private sealed class Sum(MpiRanks ranks, nint request, Tensor values, string what) : IPendingSum
    {
        public void Wait()
        {
            ranks.Wait(request, $"sum of {what}");
            GC.KeepAlive(values);
        }
    }
}
