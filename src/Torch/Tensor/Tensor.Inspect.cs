using SimClrDsl.Native;

namespace TorchSharp;

public static partial class torch
{
    public partial class Tensor
    {
        public unsafe long[] shape
        {
            get
            {
                var sizes = new long[dim()];
                fixed (long* pointer = sizes)
                {
                    LibTorch.simclr_sizes(Handle, pointer);
                }
                GC.KeepAlive(this);
                return sizes;
            }
        }

        public long ndim => dim();

        public long Dimensions => dim();

        public long NumberOfElements => numel();

        public ScalarType dtype
        {
            get
            {
                var type = (ScalarType)LibTorch.simclr_dtype(Handle);
                GC.KeepAlive(this);
                return type;
            }
        }

        public Device device
        {
            get
            {
                var packed = LibTorch.simclr_device(Handle);
                GC.KeepAlive(this);
                return Device.Unpack(packed);
            }
        }

        public DeviceType device_type => device.type;

        public int device_index => device.index;

        public bool is_cuda => device_type == DeviceType.CUDA;

        public bool is_leaf
        {
            get
            {
                var leaf = LibTorch.Checked(LibTorch.simclr_is_leaf(Handle)) != 0;
                GC.KeepAlive(this);
                return leaf;
            }
        }

        public bool requires_grad
        {
            get
            {
                var required = LibTorch.simclr_requires_grad(Handle) != 0;
                GC.KeepAlive(this);
                return required;
            }
            set
            {
                _ = LibTorch.Checked(LibTorch.simclr_set_requires_grad(Handle, value ? 1 : 0));
                GC.KeepAlive(this);
            }
        }

        public long ElementSize => element_size();

        public long dim()
        {
            var dimensions = LibTorch.simclr_dim(Handle);
            GC.KeepAlive(this);
            return dimensions;
        }

        public long numel()
        {
            var count = LibTorch.simclr_numel(Handle);
            GC.KeepAlive(this);
            return count;
        }

        public long[] size() => shape;

        public long size(int dim) => shape[dim < 0 ? dim + (int)ndim : dim];

        public unsafe long[] stride()
        {
            var strides = new long[dim()];
            fixed (long* pointer = strides)
            {
                _ = LibTorch.Checked(LibTorch.simclr_strides(Handle, pointer));
            }
            GC.KeepAlive(this);
            return strides;
        }

        public long stride(int dim) => stride()[dim < 0 ? dim + (int)ndim : dim];

        public bool is_contiguous() => IsContiguous(0);

        public bool is_cpu() => device_type == DeviceType.CPU;

        public bool is_floating_point() => torch.is_floating_point(dtype);

        public bool is_integral() => torch.is_integral(dtype);

        public bool is_pinned() => Op.Test("is_pinned", this);

        public bool is_nonzero() => Op.Test("is_nonzero", this);

        public long element_size() => ElementBytes(dtype);

        public Tensor requires_grad_(bool requires_grad = true)
        {
            this.requires_grad = requires_grad;
            return this;
        }

        public Tensor with_requires_grad(bool requires_grad = true) => requires_grad_(requires_grad);

        /// <summary>Type, shape and place: "float32[2, 3] on cpu".</summary>
        public override string ToString() => IsInvalid ? "disposed tensor" : $"{Name(dtype)}[{string.Join(", ", shape)}] on {device}";

        internal bool IsContiguous(int memoryFormat)
        {
            var contiguous = LibTorch.Checked(LibTorch.simclr_is_contiguous(Handle, memoryFormat)) != 0;
            GC.KeepAlive(this);
            return contiguous;
        }

        internal static int ElementBytes(ScalarType type) =>
            type switch
            {
                ScalarType.Byte or ScalarType.Int8 or ScalarType.Bool => 1,
                ScalarType.Int16 or ScalarType.Float16 or ScalarType.BFloat16 => 2,
                ScalarType.Int32 or ScalarType.Float32 => 4,
                _ => 8,
            };

        private static string Name(ScalarType type) =>
            type switch
            {
                ScalarType.Byte => "uint8",
                _ => type.ToString().ToLowerInvariant(),
            };
    }
}
