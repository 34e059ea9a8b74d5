namespace SimClrDsl.Native;

// How cuDNN chooses among its algorithms for a convolution.
public static partial class SystemTorch
{
    /// <summary>Whether it times them all on the first call of a shape and takes the fastest, which another run may find to be another one.</summary>
    public static bool CudnnBenchmark
    {
        get => (LibTorch.simclr_cudnn() & 1) != 0;
        set => LibTorch.Checked(LibTorch.simclr_set_cudnn(value ? 1 : 0, CudnnDeterministic ? 1 : 0));
    }

    /// <summary>Whether it leaves out those that do not give the same bits every time.</summary>
    public static bool CudnnDeterministic
    {
        get => (LibTorch.simclr_cudnn() & 2) != 0;
        set => LibTorch.Checked(LibTorch.simclr_set_cudnn(CudnnBenchmark ? 1 : 0, value ? 1 : 0));
    }
}
