namespace TorchSharp;

public static partial class torch
{
    /// <summary>One position of an index expression: a number, a slice, a mask or tensor of indices, an ellipsis, a new axis.</summary>
    public struct TensorIndex
    {
        internal enum Kind
        {
            None,
            Null,
            Ellipsis,
            Bool,
            Single,
            Slice,
            Tensor,
        }

        internal Kind What { get; private init; }

        internal long? First { get; private init; }

        internal long? Last { get; private init; }

        internal long? Step { get; private init; }

        internal torch.Tensor? Items { get; private init; }

        /// <summary>Every element of a dimension.</summary>
        public static readonly TensorIndex Colon = Slice();

        /// <summary>As many whole dimensions as are left.</summary>
        public static readonly TensorIndex Ellipsis = new() { What = Kind.Ellipsis };

        /// <summary>A new dimension of size one.</summary>
        public static readonly TensorIndex None = new() { What = Kind.None };

        /// <summary>Every element of a dimension, as an absent index.</summary>
        public static readonly TensorIndex Null = new() { What = Kind.Null };

        public static TensorIndex Bool(bool value) => new() { What = Kind.Bool, First = value ? 1 : 0 };

        public static TensorIndex Single(long? index) => index is null ? Null : new() { What = Kind.Single, First = index };

        public static TensorIndex Tensor(Tensor tensor) => new() { What = Kind.Tensor, Items = tensor };

        public static TensorIndex Slice(long? start = null, long? stop = null, long? step = null) =>
            new()
            {
                What = Kind.Slice,
                First = start,
                Last = stop,
                Step = step,
            };

        public static TensorIndex Slice((int? start, int? end) range) => Slice(range.start, range.end);

        public static TensorIndex Slice(Range range) => Slice(From(range.Start), To(range.End));

        public static implicit operator TensorIndex(long value) => Single(value);

        public static implicit operator TensorIndex(Index index) => Single(From(index));

        public static implicit operator TensorIndex(Range range) => Slice(range);

        public static implicit operator TensorIndex((int? start, int? end) range) => Slice(range);

        /// <summary>A number or tensor of indices as a tensor. Its presence makes the overloads that take TensorIndex the better ones.</summary>
        public static implicit operator Tensor(TensorIndex value) =>
            value.What switch
            {
                Kind.Tensor => value.Items!,
                Kind.Single => tensor(value.First!.Value),
                _ => throw new InvalidCastException($"an index of kind {value.What} is not a tensor"),
            };

        private static long From(Index index) => index.IsFromEnd ? -index.Value : index.Value;

        // The end that is zero from the end is the end itself, not the first element.
        private static long? To(Index index) => index.IsFromEnd && index.Value == 0 ? null : From(index);
    }
}
