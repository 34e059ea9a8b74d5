namespace SimClrDsl.Planning;

/// <summary>Number of values that a network, or a part of one, holds.</summary>
/// <param name="Weights">Trained values: kernels, batch-norm scales and shifts, biases.</param>
/// <param name="Statistics">Running means and variances of batch norms. The paper's Table 1 counts them as parameters.</param>
public readonly record struct Count(long Weights, long Statistics)
{
    /// <summary>Weights and statistics together, as the paper's Table 1 counts parameters.</summary>
    public long WithStatistics => Weights + Statistics;

    /// <summary>The values of two parts together.</summary>
    public static Count operator +(Count left, Count right) => new(left.Weights + right.Weights, left.Statistics + right.Statistics);

    /// <summary>The values of several equal parts.</summary>
    public static Count operator *(int times, Count count) => new(times * count.Weights, times * count.Statistics);
}

/// <summary>What a part of a network costs, for one image.</summary>
/// <param name="Parameters">Values it holds.</param>
/// <param name="MultiplyAdds">Multiply-adds of one forward pass, of kernels only, as is usual in the literature.</param>
/// <param name="Activations">Values kept for the backward pass: each convolution's output, before and after its batch norm.</param>
public readonly record struct Cost(Count Parameters, long MultiplyAdds, long Activations)
{
    /// <summary>The cost of two parts together.</summary>
    public static Cost operator +(Cost left, Cost right) =>
        new(left.Parameters + right.Parameters, left.MultiplyAdds + right.MultiplyAdds, left.Activations + right.Activations);

    /// <summary>The cost of several equal parts.</summary>
    public static Cost operator *(int times, Cost cost) =>
        new(times * cost.Parameters, times * cost.MultiplyAdds, times * cost.Activations);
}
