using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

/// <summary>
/// A number that differs from step to step and enters the arithmetic of tensors. Either the host knows it, or it is a float64 tensor of no
/// dimension, which the host does not read: a captured step is replayed with what stands there then.
/// </summary>
public readonly struct StepNumber
{
    private readonly double value;
    private readonly Tensor? unread;

    private StepNumber(double value, Tensor? unread) => (this.value, this.unread) = (value, unread);

    /// <summary>The number where the host knows it, else null.</summary>
    public double? Known => unread is null ? value : null;

    public static implicit operator StepNumber(double value) => new(value, null);

    public static StepNumber operator +(StepNumber x, double y) => x.unread is null ? x.value + y : Of(x.unread + y);

    public static StepNumber operator -(double x, StepNumber y) => y.unread is null ? x - y.value : Of(y.unread.neg().add_(x));

    public static StepNumber operator *(StepNumber x, double y) => x.unread is null ? x.value * y : Of(x.unread * y);

    public static StepNumber operator /(StepNumber x, StepNumber y) =>
        (x.unread, y.unread) switch
        {
            (null, null) => x.value / y.value,
            (null, { } divisor) => Of(divisor.reciprocal().mul_(x.value)),
            ({ } divided, null) => Of(divided / y.value),
            ({ } divided, { } divisor) => Of(divided / divisor),
        };

    /// <summary>What a tensor of no dimension holds, unread.</summary>
    public static StepNumber Of(Tensor tensor) => new(double.NaN, tensor);

    /// <summary><paramref name="basis"/>^<paramref name="exponent"/>, of a positive basis.</summary>
    public static StepNumber Pow(double basis, StepNumber exponent) =>
        exponent.unread is null ? Math.Pow(basis, exponent.value) : Of((exponent.unread * Math.Log(basis)).exp_());

    public StepNumber Sqrt() => unread is null ? Math.Sqrt(value) : Of(unread.sqrt());

    /// <summary>The number as a tensor of no dimension.</summary>
    public Tensor As(ScalarType type, Device device) => unread is null ? tensor(value, dtype: type).Upload(device) : unread.to(type);

    /// <summary>Named twins of the operators.</summary>
    public static StepNumber Add(StepNumber left, double right) => left + right;

    public static StepNumber Subtract(double left, StepNumber right) => left - right;

    public static StepNumber Multiply(StepNumber left, double right) => left * right;

    public static StepNumber Divide(StepNumber left, StepNumber right) => left / right;

    public static StepNumber ToStepNumber(double value) => value;
}

/// <summary>The numbers of a step.</summary>
/// <param name="Step">Steps taken before it.</param>
/// <param name="Rate">Its learning rate.</param>
public sealed record StepNumbers(StepNumber Step, StepNumber Rate);
