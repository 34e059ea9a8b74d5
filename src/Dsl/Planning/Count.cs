namespace SimClrDsl.Planning;

/// <summary>Number of values a network holds.</summary>
/// <param name="Weights">Trained values: kernels, batch-norm scales and shifts, biases.</param>
/// <param name="Statistics">Running means and variances of batch norms. The paper's Table 1 counts them in.</param>
public readonly record struct Count(long Weights, long Statistics)
{
    public long WithStatistics => Weights + Statistics;

    public static Count operator +(Count left, Count right) => new(left.Weights + right.Weights, left.Statistics + right.Statistics);

    public static Count operator *(int times, Count count) => new(times * count.Weights, times * count.Statistics);
}

/// <summary>What a part of a network costs, for one image.</summary>
/// <param name="Parameters">Values it holds.</param>
/// <param name="MultiplyAdds">Multiply-adds of one forward pass: kernels only, as the field counts them.</param>
/// <param name="Activations">Values kept for the backward pass: each convolution's output, before and after its batch norm.</param>
public readonly record struct Cost(Count Parameters, long MultiplyAdds, long Activations)
{
    public static Cost operator +(Cost left, Cost right) =>
        new(left.Parameters + right.Parameters, left.MultiplyAdds + right.MultiplyAdds, left.Activations + right.Activations);

    public static Cost operator *(int times, Cost cost) =>
        new(times * cost.Parameters, times * cost.MultiplyAdds, times * cost.Activations);
}
