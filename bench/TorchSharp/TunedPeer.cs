using System.Runtime.InteropServices;
using TorchSharp.Modules;
using static TorchSharp.torch;

namespace SimClrDsl.Bench.Peers;

/// <summary>
/// TorchSharp with everything that is known to help: channels-last by strides, bf16 by casts of kernels, batched augmentation on the
/// device, updates in the gradients' buffers, freed memory that stays in the process.
/// </summary>
internal static class TunedPeer
{
    private const int TrimThreshold = -1;
    private const int MapsAtMost = -4;

    public static void Run(string[] arguments)
    {
        KeepBuffers();
        backends.cuda.matmul.allow_tf32 = backends.cudnn.allow_tf32 = true;
        var work = new Work(arguments);
        var w = work.Workload;
        var network = Start.Network(work);
        foreach (var conv in network.modules().OfType<Conv2d>())
        {
            conv.weight = new Parameter(ChannelsLast(conv.weight, float32));
        }

        var optimizer = new LarsInPlace(Start.Trained(network), w);
        new Server(work, Step, work.IsStep ? work.ReadyViews() : Augmented(work.Read("images")["images"], work)).Serve();

        Tensor Step(Tensor views)
        {
            optimizer.ZeroGrad();
            var loss = Start.NtXent(network.call(ChannelsLast(views, work.Compute)), w.Temperature, w.LossFactor);
            loss.backward();
            optimizer.Step();
            return loss.detach() / w.LossFactor;
        }
    }

    private static IEnumerable<Tensor> Augmented(Tensor images, Work work)
    {
        var view = new BatchedAugment(work.Workload);
        var order = new List<long>();
        while (true)
        {
            while (order.Count < work.Workload.Batch)
            {
                order.AddRange(randperm(images.size(0)).data<long>());
            }

            var chosen = tensor(order.Take(work.Workload.Batch).ToArray());
            order.RemoveRange(0, work.Workload.Batch);
            var pixels = images.index_select(0, chosen).to(work.Device);
            yield return cat([view.Apply(pixels), view.Apply(pixels)]);
        }
    }

    // TorchSharp has no memory formats, but libtorch takes the layout that strides say. A copy leaves no trace for autograd.
    private static Tensor ChannelsLast(Tensor given, ScalarType type)
    {
        var (channels, height, width) = (given.size(1), given.size(2), given.size(3));
        using var untracked = no_grad();
        return empty_strided(given.shape, [height * width * channels, 1, width * channels, channels], type, given.device).copy_(given);
    }

    // What the project does in its own process, and the tuned peer in Python: glibc neither maps buffers one by one nor trims the heap.
    private static void KeepBuffers()
    {
        if (OperatingSystem.IsLinux() && (mallopt(MapsAtMost, 0) != 1 || mallopt(TrimThreshold, -1) != 1))
        {
            throw new InvalidOperationException("the C library does not keep freed memory");
        }
    }

#pragma warning disable IDE1006 // The name is the C library's.
    [DllImport("libc")]
    private static extern int mallopt(int parameter, int value);
#pragma warning restore IDE1006
}
