using SimClrDsl.Runtime.Execution;

namespace SimClrDsl.Bench;

/// <summary>All that was measured in one run of the command.</summary>
/// <param name="Machine">Where.</param>
/// <param name="Without">The contenders that took no part.</param>
/// <param name="Workloads">What was measured.</param>
internal sealed record BenchResult(MachineDescription Machine, IReadOnlyList<string> Without, IReadOnlyList<WorkloadResult> Workloads);

/// <summary>One workload's contenders, ours first.</summary>
/// <param name="Name">Of the workload.</param>
/// <param name="Network">Its title.</param>
/// <param name="Side">Of the images.</param>
/// <param name="Batch">Images a step.</param>
/// <param name="LossTolerance">Largest relative difference of losses that is let pass.</param>
/// <param name="LossDifference">Largest one seen.</param>
internal sealed record WorkloadResult(
    string Name,
    string Network,
    int Side,
    int Batch,
    double LossTolerance,
    double LossDifference,
    IReadOnlyList<ContenderResult> Contenders
);

/// <summary>One contender's figures.</summary>
/// <param name="Name">Of the contender.</param>
/// <param name="Precision">float32 or bf16.</param>
/// <param name="Torch">The libtorch or PyTorch it ran on.</param>
/// <param name="Losses">Of the first steps.</param>
internal sealed record ContenderResult(string Name, string Precision, string Torch, IReadOnlyList<double> Losses, Timing Step, Timing Loop);

/// <summary>One measure of one contender.</summary>
/// <param name="Steps">Steps of each round.</param>
/// <param name="Seconds">Of each round.</param>
/// <param name="ImagesPerSecond">Median.</param>
/// <param name="OursIsFaster">Median over the rounds of this contender's time divided by ours in the same round.</param>
/// <param name="PeakBytes">Most memory the process had resident, from its start.</param>
/// <param name="OursIsSmaller">Its peak divided by ours.</param>
/// <param name="DeviceBytes">Most memory PyTorch reserved on the GPU; null without one, and for ours.</param>
internal sealed record Timing(
    int Steps,
    IReadOnlyList<double> Seconds,
    double ImagesPerSecond,
    double OursIsFaster,
    long PeakBytes,
    double OursIsSmaller,
    long? DeviceBytes
);
