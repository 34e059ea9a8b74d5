using System.Runtime.CompilerServices;
using TorchSharp;

namespace SimClrDsl.Native;

/// <summary>One argument of an operator; the implicit conversions make a call read like the operator's schema.</summary>
public readonly struct Arg
{
    internal readonly object? Reference;
    internal readonly long Bits;
    internal readonly Tag Tag;

    private Arg(Tag tag, long bits = 0, object? reference = null) => (Tag, Bits, Reference) = (tag, bits, reference);

    /// <summary>No value: an absent optional, or the schema's default where the argument is not optional.</summary>
    public static Arg None => default;

    /// <summary>The schema's own default, also for an optional argument.</summary>
    public static Arg Default => new(Tag.Default);

    /// <summary>A list of tensors; null elements stand for absent ones.</summary>
    public static Arg List(IEnumerable<torch.Tensor?> tensors) => new(Tag.TensorList, 0, tensors as torch.Tensor?[] ?? tensors.ToArray());

    public static implicit operator Arg(torch.Tensor? value) => value is null ? None : new(Tag.Tensor, 0, value);

    public static implicit operator Arg(torch.Tensor?[] value) => new(Tag.TensorList, 0, value);

    public static implicit operator Arg(bool value) => new(Tag.Bool, value ? 1 : 0);

    public static implicit operator Arg(int value) => new(Tag.Int, value);

    public static implicit operator Arg(long value) => new(Tag.Int, value);

    public static implicit operator Arg(long? value) => value is long given ? given : None;

    public static implicit operator Arg(double value) => new(Tag.Double, BitConverter.DoubleToInt64Bits(value));

    public static implicit operator Arg(double? value) => value is double given ? given : None;

    public static implicit operator Arg(string value) => new(Tag.String, 0, value);

    public static implicit operator Arg(long[]? value) => value is null ? None : new(Tag.IntList, 0, value);

    public static implicit operator Arg(ReadOnlySpan<long> value) => new(Tag.IntList, 0, value.ToArray());

    public static implicit operator Arg(double[]? value) => value is null ? None : new(Tag.DoubleList, 0, value);

    public static implicit operator Arg(bool[]? value) => value is null ? None : new(Tag.BoolList, 0, value);

    public static implicit operator Arg(torch.ScalarType value) => new(Tag.Int, (int)value);

    public static implicit operator Arg(torch.ScalarType? value) => value is torch.ScalarType given ? given : None;

    public static implicit operator Arg(torch.Device? value) => value is null ? None : new(Tag.Device, value.Packed);

    public static implicit operator Arg(torch.Generator? value) => value is null ? None : new(Tag.Generator, 0, value);

    public static implicit operator Arg(Scalar? value) => value is null ? None : value.Arg;

    /// <summary>A one-element list, for the many "int[1]" and "int[2]" arguments.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal static Arg One(long value) => new long[] { value };
}
