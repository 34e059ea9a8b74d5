using System.Runtime.InteropServices;
using SimClrDsl.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A tensor with a copy of the elements of an array of any rank.</summary>
    public static Tensor from_array(Array rawArray, Device? device = null) => from_array(rawArray, null, device);

    public static Tensor from_array(
        Array rawArray,
        ScalarType? dtype,
        Device? device = null,
        bool requires_grad = false,
        string[]? names = null
    ) =>
        Type.GetTypeCode(rawArray.GetType().GetElementType()) switch
        {
            TypeCode.Byte => FromNested<byte>(rawArray, ScalarType.Byte, dtype, device, requires_grad, names),
            TypeCode.SByte => FromNested<sbyte>(rawArray, ScalarType.Int8, dtype, device, requires_grad, names),
            TypeCode.Int16 => FromNested<short>(rawArray, ScalarType.Int16, dtype, device, requires_grad, names),
            TypeCode.Int32 => FromNested<int>(rawArray, ScalarType.Int32, dtype, device, requires_grad, names),
            TypeCode.Int64 => FromNested<long>(rawArray, ScalarType.Int64, dtype, device, requires_grad, names),
            TypeCode.Single => FromNested<float>(rawArray, ScalarType.Float32, dtype, device, requires_grad, names),
            TypeCode.Double => FromNested<double>(rawArray, ScalarType.Float64, dtype, device, requires_grad, names),
            TypeCode.Boolean => FromNested<bool>(rawArray, ScalarType.Bool, dtype, device, requires_grad, names),
            _ => throw new ArgumentException($"no tensor has elements of type {rawArray.GetType().GetElementType()?.Name}"),
        };

    /// <summary>A CPU tensor with a copy of the given elements.</summary>
    internal static Tensor Copied<T>(ReadOnlySpan<T> items, ReadOnlySpan<long> shape, ScalarType type)
        where T : unmanaged
    {
        var tensor = Op.Call("empty.memory_format", shape, type);
        var memory = tensor.Memory<T>();
        if (memory.Length != items.Length)
        {
            var text = tensor.ToString();
            tensor.Dispose();
            throw new ArgumentException($"{items.Length} elements do not fill {text}");
        }
        items.CopyTo(memory);
        return tensor;
    }

    private static Tensor FromMemory<T>(
        ReadOnlySpan<T> items,
        ReadOnlySpan<long> shape,
        ScalarType type,
        ScalarType? dtype,
        Device? device,
        bool grad,
        string[]? names
    )
        where T : unmanaged
    {
        var tensor = Unnamed(names, Copied(items, shape, type));
        if ((dtype ?? type) != type || device is { type: not DeviceType.CPU })
        {
            tensor = tensor.to(dtype ?? type, device ?? CPU, disposeAfter: true);
        }
        return grad ? tensor.requires_grad_() : tensor;
    }

    private static Tensor FromNested<T>(Array array, ScalarType type, ScalarType? dtype, Device? device, bool grad, string[]? names)
        where T : unmanaged
    {
        var shape = new long[array.Rank];
        for (var i = 0; i < shape.Length; i++)
        {
            shape[i] = array.GetLongLength(i);
        }
        var items = array.Length == 0 ? [] : MemoryMarshal.CreateReadOnlySpan(ref First<T>(array), array.Length);
        return FromMemory(items, shape, type, dtype, device, grad, names);
    }

    private static ref T First<T>(Array array) =>
        ref System.Runtime.CompilerServices.Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array));
}
