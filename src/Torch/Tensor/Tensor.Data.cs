using SimClrDsl.Native;
using TorchSharp.Utils;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        /// <summary>The elements of a CPU tensor, in the order of its dimensions whatever its strides.</summary>
        public TensorAccessor<T> data<T>()
            where T : unmanaged => new(this);

        /// <summary>The one element of a tensor of one element.</summary>
        public T item<T>()
            where T : unmanaged
        {
            Check<T>(dtype);
            var number = ToScalar();
            object value = typeof(T) switch
            {
                var type when type == typeof(float) => number.ToSingle(),
                var type when type == typeof(double) => number.ToDouble(),
                var type when type == typeof(long) => number.ToInt64(),
                var type when type == typeof(int) => number.ToInt32(),
                var type when type == typeof(short) => number.ToInt16(),
                var type when type == typeof(byte) => number.ToByte(),
                var type when type == typeof(sbyte) => number.ToSByte(),
                var type when type == typeof(Half) => number.ToHalf(),
                _ => number.ToBoolean(),
            };
            return (T)value;
        }

        public Scalar ToScalar() => Op.Number("item", this);

        /// <summary>The memory of a contiguous CPU tensor.</summary>
        public Span<byte> bytes
        {
            get => Memory<byte>();
            set
            {
                var memory = Memory<byte>();
                if (value.Length != memory.Length)
                {
                    throw new ArgumentException($"{value.Length} bytes for {this}, which has {memory.Length}", nameof(value));
                }
                value.CopyTo(memory);
            }
        }

        public override bool Equals(object? obj) => obj is Tensor other && Equals(other);

        /// <summary>Whether both tensors have the same shape and elements.</summary>
        public bool Equals(Tensor target) => target is not null && (ReferenceEquals(this, target) || Op.Test("equal", this, target));

        public override int GetHashCode() => System.Runtime.CompilerServices.RuntimeHelpers.GetHashCode(this);

        internal unsafe Span<T> Memory<T>()
            where T : unmanaged
        {
            if (!is_cpu() || !is_contiguous())
            {
                throw new InvalidOperationException($"The memory of {this} cannot be read: it is not contiguous CPU memory.");
            }
            var length = checked((int)(numel() * element_size() / sizeof(T)));
            return length == 0 ? [] : new Span<T>(Pointer(), length);
        }

        internal unsafe void* Pointer()
        {
            var pointer = LibTorch.simclr_data(Handle);
            GC.KeepAlive(this);
            return pointer != null || numel() == 0 ? pointer : throw LibTorch.Failure();
        }

        /// <summary>Throws unless <typeparamref name="T"/> is the C# type of <paramref name="type"/>.</summary>
        internal static void Check<T>(ScalarType type)
        {
            var fits = type switch
            {
                ScalarType.Byte => typeof(T) == typeof(byte),
                ScalarType.Int8 => typeof(T) == typeof(sbyte),
                ScalarType.Int16 => typeof(T) == typeof(short),
                ScalarType.Int32 => typeof(T) == typeof(int),
                ScalarType.Int64 => typeof(T) == typeof(long),
                ScalarType.Float16 => typeof(T) == typeof(Half),
                ScalarType.Float32 => typeof(T) == typeof(float),
                ScalarType.Float64 => typeof(T) == typeof(double),
                ScalarType.Bool => typeof(T) == typeof(bool),
                _ => false,
            };
            if (!fits)
            {
                throw new ArgumentException($"{typeof(T).Name} cannot be used to read a tensor of {Name(type)}");
            }
        }
    }
}
