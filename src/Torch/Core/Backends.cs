using SimClrDsl.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>Settings of the libraries below libtorch; they hold for the whole process.</summary>
    public static partial class backends
    {
        public static partial class cuda
        {
            public static partial class matmul
            {
                /// <summary>Whether a GPU may multiply float32 matrices with factors rounded to TF32, 10 bits of mantissa.</summary>
                public static bool allow_tf32
                {
                    get => (LibTorch.Checked(LibTorch.simclr_tf32()) & 1) != 0;
                    set => LibTorch.Checked(LibTorch.simclr_set_tf32(value ? 1 : 0, cudnn.allow_tf32 ? 1 : 0));
                }
            }
        }

        public static partial class cudnn
        {
            /// <summary>The same for convolutions. libtorch allows it unless it is told not to.</summary>
            public static bool allow_tf32
            {
                get => (LibTorch.Checked(LibTorch.simclr_tf32()) & 2) != 0;
                set => LibTorch.Checked(LibTorch.simclr_set_tf32(cuda.matmul.allow_tf32 ? 1 : 0, value ? 1 : 0));
            }
        }
    }
}
