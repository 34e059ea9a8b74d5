using System.Runtime.InteropServices;
using static TorchSharp.torch;

namespace SimClrDsl.Native;

// The units of a network as one node of the autograd graph each; float32 or bfloat16 on a CPU, parameters in float32.
public static unsafe partial class SystemTorch
{
    /// <summary>
    /// Batch norm, then a skip added where there is one, then a ReLU where asked for, in one pass over x, [N, C] or channels-last
    /// [N, C, H, W]. Training normalises with the batch, and the statistics returned are (1 − momentum) · running + momentum · batch; else the
    /// running ones serve, and are returned as null.
    /// </summary>
    public static (Tensor Y, Tensor? Mean, Tensor? Variance) BatchNorm(
        Tensor x,
        Tensor? skip,
        Tensor scale,
        Tensor? shift,
        Tensor runningMean,
        Tensor runningVariance,
        bool training,
        bool unbiased,
        double epsilon,
        double momentum,
        bool relu
    )
    {
        var results = stackalloc nint[3];
        var status = LibTorch.simclr_batch_norm(
            x.Handle,
            skip?.Handle ?? 0,
            scale.Handle,
            shift?.Handle ?? 0,
            runningMean.Handle,
            runningVariance.Handle,
            (training, unbiased) switch
            {
                (false, _) => 2,
                (true, true) => 1,
                _ => 0,
            },
            epsilon,
            momentum,
            relu ? 1 : 0,
            results
        );
        GC.KeepAlive((x, skip, scale, shift, runningMean, runningVariance));
        _ = LibTorch.Checked(status);
        return (new(results[0]), results[1] == 0 ? null : new(results[1]), results[2] == 0 ? null : new(results[2]));
    }

    /// <summary>
    /// x [N, inputs, H, W] convolved with a float32 kernel that takes x's type; channels-last. Where x is the ReLU of a batch norm above, the
    /// backward pass computes it again instead of keeping it.
    /// </summary>
    public static Tensor Convolve(Tensor x, Tensor kernel, long stride, long padding)
    {
        var y = LibTorch.simclr_convolve(x.Handle, kernel.Handle, stride, padding);
        GC.KeepAlive((x, kernel));
        return y == 0 ? throw LibTorch.Failure() : new(y);
    }

    /// <summary>
    /// Two streams [N, 2 · channels, H, W], one after the other, pooled: the mean of their sum [N, channels, 1, 1], and the streams as
    /// <see cref="MixStreams"/> takes them, for that alone.
    /// </summary>
    public static (Tensor Mean, Tensor Streams) PoolStreams(Tensor streams)
    {
        var results = stackalloc nint[2];
        var status = LibTorch.simclr_pool_streams(streams.Handle, results);
        GC.KeepAlive(streams);
        _ = LibTorch.Checked(status);
        return (new(results[0]), new(results[1]));
    }

    /// <summary>second + (first − second) · weight of pooled streams: [N, channels, H, W]; weight [N, channels, 1, 1].</summary>
    public static Tensor MixStreams(Tensor streams, Tensor weight)
    {
        var y = LibTorch.simclr_mix_streams(streams.Handle, weight.Handle);
        GC.KeepAlive((streams, weight));
        return y == 0 ? throw LibTorch.Failure() : new(y);
    }

    /// <summary>
    /// 3×3 max-pool of stride 2 with TensorFlow's SAME padding, whose pixels never are the largest: [N, C, H, W] to
    /// [N, C, ⌈H / 2⌉, ⌈W / 2⌉], channels-last. The backward pass keeps a byte a value of the output, and not x.
    /// </summary>
    public static Tensor MaxPool(Tensor x)
    {
        var y = LibTorch.simclr_max_pool(x.Handle);
        GC.KeepAlive(x);
        return y == 0 ? throw LibTorch.Failure() : new(y);
    }

    /// <summary>
    /// <paramref name="value"/>, which was computed from <paramref name="inputs"/> without recording gradients, as a function of them that
    /// can be differentiated: the backward pass computes it again by <paramref name="recompute"/>, whose argument are tensors of the inputs'
    /// values, and goes back through that.
    /// </summary>
    public static Tensor Recomputed(Tensor value, IReadOnlyList<Tensor> inputs, Func<IReadOnlyList<Tensor>, Tensor> recompute)
    {
        var handles = inputs.Select(static input => input.Handle).ToArray();
        var state = GCHandle.Alloc(recompute);
        nint y;
        fixed (nint* first = handles)
        {
            y = LibTorch.simclr_recomputed(value.Handle, first, handles.Length, &Differentiate, &Release, GCHandle.ToIntPtr(state));
        }

        GC.KeepAlive((value, inputs));
        return y == 0 ? throw LibTorch.Failure() : new(y);
    }

    // Called by the backward pass. The handles of inputs and gradient are this function's to free; null, or why it failed, for the caller to
    // free.
    [UnmanagedCallersOnly]
    private static byte* Differentiate(nint state, nint* inputs, int count, nint gradient, nint* gradients)
    {
        using var scope = NewDisposeScope();
        using var recording = enable_grad();
        var from = new Tensor(gradient);
        var given = new Tensor[count];
        for (var i = 0; i < count; i++)
        {
            given[i] = new(inputs[i]);
        }

        try
        {
            var tracked = given.Select(static input => input.detach().requires_grad_(input.requires_grad)).ToArray();
            var recompute = (Func<IReadOnlyList<Tensor>, Tensor>)GCHandle.FromIntPtr(state).Target!;
            var wanted = Enumerable.Range(0, count).Where(i => tracked[i].requires_grad).ToArray();
            var found = autograd.grad([recompute(tracked)], [.. wanted.Select(i => tracked[i])], [from], allow_unused: true);
            for (var i = 0; i < wanted.Length; i++)
            {
                gradients[wanted[i]] = found[i] is null ? 0 : LibTorch.simclr_alias(found[i].Handle);
            }

            return null;
        }
#pragma warning disable CA1031 // an exception must not cross into native code: it is thrown again on its other side
        catch (Exception failure)
#pragma warning restore CA1031
        {
            return (byte*)Marshal.StringToCoTaskMemUTF8(failure.Message);
        }
    }

    [UnmanagedCallersOnly]
    private static void Release(nint state) => GCHandle.FromIntPtr(state).Free();
}
