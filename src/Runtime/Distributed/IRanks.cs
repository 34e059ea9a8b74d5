using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Distributed;

/// <summary>
/// The processes ("ranks") that compute one run together, as one of them sees them. The operations are collective: every rank calls the
/// same ones in the same order, with tensors of the same shape and type. Each returns the same values on every rank, to the bit, so that
/// ranks which start equal stay equal.
/// </summary>
public interface IRanks
{
    /// <summary>Number of this rank, from 0. Rank 0 writes files and prints.</summary>
    int Rank { get; }

    /// <summary>Number of ranks.</summary>
    int Size { get; }

    /// <summary>
    /// Starts to replace values by their sum over all ranks. The tensor must be left alone until the sum has been waited for.
    /// </summary>
    /// <param name="values">float32 or float64, contiguous, on the CPU.</param>
    /// <param name="what">What is summed, for messages: "gradients".</param>
    IPendingSum BeginSum(Tensor values, string what);

    /// <summary>The tensors of all ranks.</summary>
    /// <param name="values">float32, float64 or int64, contiguous, on the CPU.</param>
    /// <param name="what">What is gathered, for messages.</param>
    /// <returns>[ranks, …], in the order of the ranks.</returns>
    Tensor Gather(Tensor values, string what);

    /// <summary>Replaces values by those of rank 0.</summary>
    /// <param name="values">Any type; contiguous, on the CPU.</param>
    /// <param name="what">What is handed out, for messages.</param>
    void Broadcast(Tensor values, string what);

    /// <summary>Notes where the run stands, for messages about a collective operation that fails.</summary>
    /// <param name="place">Such as "step 12 of pretrain".</param>
    void At(string place);
}

/// <summary>A sum over all ranks that is under way.</summary>
public interface IPendingSum
{
    /// <summary>Waits until the tensor holds the sum.</summary>
    void Wait();
}
