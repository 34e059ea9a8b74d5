using static TorchSharp.torch;

namespace SimClrDsl.Native;

/// <summary>What libtorch can do and TorchSharp's API cannot say.</summary>
public static partial class SystemTorch
{
    /// <summary>The version of the libtorch in use, as "1.13.0".</summary>
    public static unsafe string LibtorchVersion => LibTorch.Text(LibTorch.simclr_version());

    /// <summary>The number of tensor handles alive in the process.</summary>
    public static long LiveTensors => LibTorch.simclr_live_tensors();

    /// <summary>Whether operators must give the same result every time, at a cost in speed; an operator that cannot then throws.</summary>
    public static bool Deterministic
    {
        get => are_deterministic_algorithms_enabled();
        set => LibTorch.Checked(LibTorch.simclr_set_deterministic(value ? 1 : 0, 0));
    }

    /// <summary>
    /// Calls any aten operator by name: <c>Call("add", "Tensor", x, y)</c>. Arguments left out take the schema's defaults.
    /// </summary>
    public static Tensor Call(string op, string overload, params ReadOnlySpan<Arg> args) => Op.Call(Named(op, overload), args);

    /// <summary>As <see cref="Call"/>, for an operator with several results or a list of them.</summary>
    public static Tensor[] CallMany(string op, string overload, params ReadOnlySpan<Arg> args) => Op.List(Named(op, overload), args);

    /// <summary>As <see cref="Call"/>, for an operator called for its effect.</summary>
    public static void Run(string op, string overload, params ReadOnlySpan<Arg> args) => Op.Run(Named(op, overload), args);

    /// <summary>
    /// Keeps freed memory in the process, so that the next step need not ask the kernel for it, and large buffers of tensors apart from small
    /// ones; done when the library is loaded.
    /// </summary>
    public static void KeepStepBuffers() => LibTorch.Checked(LibTorch.simclr_keep_buffers());

    /// <summary>Bytes of the large buffers of tensors on the CPU; small ones are in the process's heap.</summary>
    public static long BufferBytes => LibTorch.simclr_buffer_bytes();

    private static string Named(string op, string overload) => overload.Length == 0 ? op : $"{op}.{overload}";
}
