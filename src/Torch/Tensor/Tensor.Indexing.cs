using System.Runtime.CompilerServices;
using SimClrDsl.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        [IndexerName("TensorItems")]
        public Tensor this[params TensorIndex[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[params Tensor[] indices]
        {
            get => index(indices);
            set => index_put_(value, indices);
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1]
        {
            get => select(0, i1);
            set => index_put_(value, Singles(i1));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2]
        {
            get => index(Singles(i1, i2));
            set => index_put_(value, Singles(i1, i2));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3]
        {
            get => index(Singles(i1, i2, i3));
            set => index_put_(value, Singles(i1, i2, i3));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4]
        {
            get => index(Singles(i1, i2, i3, i4));
            set => index_put_(value, Singles(i1, i2, i3, i4));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4, long i5]
        {
            get => index(Singles(i1, i2, i3, i4, i5));
            set => index_put_(value, Singles(i1, i2, i3, i4, i5));
        }

        [IndexerName("TensorItems")]
        public Tensor this[long i1, long i2, long i3, long i4, long i5, long i6]
        {
            get => index(Singles(i1, i2, i3, i4, i5, i6));
            set => index_put_(value, Singles(i1, i2, i3, i4, i5, i6));
        }

        public Tensor index(params Tensor[] indices) => Op.Call("index.Tensor", this, indices);

        public Tensor index(params TensorIndex[] indices)
        {
            var (view, tensors) = View(indices);
            if (tensors is null)
            {
                return view;
            }
            var result = Op.Call("index.Tensor", view, Arg.List(tensors));
            DropView(view);
            return result;
        }

        public Tensor index_put_(Tensor value, params Tensor[] indices) => index_put_(value, indices, accumulate: false);

        public Tensor index_put_(Tensor value, Tensor[] indices, bool accumulate = false) =>
            Op.Mutate(this, "index_put_", this, indices, value, accumulate);

        public Tensor index_put_(Tensor value, params TensorIndex[] indices) => index_put_(value, indices, accumulate: false);

        public Tensor index_put_(Tensor value, TensorIndex[] indices, bool accumulate = false)
        {
            var (view, tensors) = View(indices);
            if (tensors is not null)
            {
                Op.Run("index_put_", view, Arg.List(tensors), value, accumulate);
            }
            else
            {
                Op.Run(accumulate ? "add_.Tensor" : "copy_", view, value);
            }
            DropView(view);
            return this;
        }

        public Tensor index_put_(Scalar value, params TensorIndex[] indices)
        {
            using var scalar = Full(value);
            return index_put_(scalar, indices);
        }

        public Tensor index_put_(Scalar value, params Tensor[] indices)
        {
            using var scalar = Full(value);
            return index_put_(scalar, indices);
        }

        private static TensorIndex[] Singles(params long[] indices) => Array.ConvertAll(indices, static index => TensorIndex.Single(index));

        private Tensor Full(Scalar value) => Op.Call("scalar_tensor", value, dtype, Arg.None, device);

        private void DropView(Tensor view)
        {
            if (!ReferenceEquals(view, this))
            {
                view.Dispose();
            }
        }

        /// <summary>Applies the indices that only choose a view; tensors among them are left, each in its dimension of that view.</summary>
        private (Tensor View, Tensor?[]? Tensors) View(TensorIndex[] indices)
        {
            var view = new Tensor(LibTorch.simclr_alias(Handle));
            GC.KeepAlive(this);
            // A mask takes as many dimensions of the view as it has, but one place in the list.
            var tensors = new List<Tensor?>();
            var (dimension, place) = (0, 0);
            for (var i = 0; i < indices.Length; i++)
            {
                var index = indices[i];
                var before = view;
                switch (index.What)
                {
                    case TensorIndex.Kind.Single:
                        view = view.select(dimension, index.First!.Value);
                        break;
                    case TensorIndex.Kind.Slice:
                        view = Op.Call("slice.Tensor", view, dimension, index.First, index.Last, index.Step ?? 1);
                        (dimension, place) = (dimension + 1, place + 1);
                        break;
                    case TensorIndex.Kind.None:
                        view = view.unsqueeze(dimension);
                        (dimension, place) = (dimension + 1, place + 1);
                        break;
                    case TensorIndex.Kind.Null:
                        (dimension, place) = (dimension + 1, place + 1);
                        break;
                    case TensorIndex.Kind.Ellipsis:
                        var skipped = (int)view.dim() - indices.Skip(i + 1).Sum(Width) - dimension;
                        (dimension, place) = (dimension + skipped, place + skipped);
                        break;
                    case TensorIndex.Kind.Bool:
                        view = view.unsqueeze(dimension);
                        Put(Op.Call("full", Arg.One(1), index.First!.Value, ScalarType.Bool, Arg.None, device));
                        dimension++;
                        break;
                    default:
                        Put(index.Items!);
                        dimension += Width(index);
                        break;
                }
                if (!ReferenceEquals(before, view))
                {
                    before.Dispose();
                }
            }
            return (view, tensors.Count == 0 ? null : tensors.ToArray());

            void Put(Tensor tensor)
            {
                while (tensors.Count < place)
                {
                    tensors.Add(null);
                }
                tensors.Add(tensor);
                place++;
            }
        }

        /// <summary>How many dimensions an index uses up: a mask as many as it has itself.</summary>
        private static int Width(TensorIndex index) =>
            index.What switch
            {
                TensorIndex.Kind.None or TensorIndex.Kind.Ellipsis or TensorIndex.Kind.Bool => 0,
                TensorIndex.Kind.Tensor when index.Items!.dtype == ScalarType.Bool => (int)index.Items.dim(),
                _ => 1,
            };
    }
}
