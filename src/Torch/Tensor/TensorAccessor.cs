using System.Collections;
using static TorchSharp.torch;

namespace TorchSharp.Utils;

/// <summary>The elements of a CPU tensor as a collection; the tensor is kept alive, its memory is not copied.</summary>
public sealed unsafe class TensorAccessor<T> : IDisposable, IEnumerable<T>
    where T : unmanaged
{
    private readonly Tensor tensor;
    private readonly long[] shape;
    private readonly long[] strides;
    private readonly T* memory;
    private readonly bool contiguous;

    internal TensorAccessor(Tensor tensor)
    {
        if (!tensor.is_cpu())
        {
            throw new InvalidOperationException($"The elements of {tensor} cannot be read: move it to the CPU first.");
        }
        Tensor.Check<T>(tensor.dtype);
        this.tensor = tensor;
        shape = tensor.shape;
        strides = tensor.stride();
        contiguous = tensor.is_contiguous();
        Count = tensor.numel();
        memory = (T*)tensor.Pointer();
    }

    public long Count { get; }

    public bool IsReadOnly => false;

    /// <summary>The element at one index into all elements, or at one index for each dimension.</summary>
    public T this[params long[] indices]
    {
        get => memory[Offset(indices)];
        set => memory[Offset(indices)] = value;
    }

    public T[] ToArray()
    {
        var array = new T[Count];
        CopyTo(array);
        return array;
    }

    public void CopyTo(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyTo(array.AsSpan(), arrayIndex, tensorIndex);

    public void CopyTo(Span<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var target = array[arrayIndex..];
        var count = (int)Math.Min(target.Length, Count - tensorIndex);
        if (contiguous)
        {
            new ReadOnlySpan<T>(memory + tensorIndex, count).CopyTo(target);
            return;
        }
        for (var i = 0; i < count; i++)
        {
            target[i] = memory[Offset(tensorIndex + i)];
        }
    }

    public void CopyFrom(T[] array, int arrayIndex = 0, long tensorIndex = 0) => CopyFrom((ReadOnlySpan<T>)array, arrayIndex, tensorIndex);

    public void CopyFrom(ReadOnlySpan<T> array, int arrayIndex = 0, long tensorIndex = 0)
    {
        var source = array[arrayIndex..];
        var count = (int)Math.Min(source.Length, Count - tensorIndex);
        if (contiguous)
        {
            source[..count].CopyTo(new Span<T>(memory + tensorIndex, count));
            return;
        }
        for (var i = 0; i < count; i++)
        {
            memory[Offset(tensorIndex + i)] = source[i];
        }
    }

    public IEnumerator<T> GetEnumerator()
    {
        for (long i = 0; i < Count; i++)
        {
            yield return this[i];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    /// <summary>Nothing to free: the memory is the tensor's.</summary>
    public void Dispose() => GC.KeepAlive(tensor);

    private long Offset(long[] indices) => indices.Length == 1 && shape.Length != 1 ? Offset(indices[0]) : OffsetByDimension(indices);

    private long Offset(long index)
    {
        if (index < 0 || index >= Count)
        {
            throw new IndexOutOfRangeException($"{index} in {Count} elements");
        }
        if (contiguous)
        {
            return index;
        }
        long offset = 0;
        for (var dimension = shape.Length - 1; dimension >= 0; dimension--)
        {
            (index, var at) = Math.DivRem(index, shape[dimension]);
            offset += at * strides[dimension];
        }
        return offset;
    }

    private long OffsetByDimension(long[] indices)
    {
        if (indices.Length != shape.Length)
        {
            throw new IndexOutOfRangeException($"{indices.Length} indices for {shape.Length} dimensions");
        }
        long offset = 0;
        for (var dimension = 0; dimension < shape.Length; dimension++)
        {
            if (indices[dimension] < 0 || indices[dimension] >= shape[dimension])
            {
                throw new IndexOutOfRangeException($"{indices[dimension]} in dimension {dimension} of {shape[dimension]} elements");
            }
            offset += indices[dimension] * strides[dimension];
        }
        return offset;
    }
}
