using TorchSharp;
using static TorchSharp.torch;
using static TorchSharp.torchvision;

namespace SimClrDsl.Bench.Peers;

/// <summary>TorchSharp as most programs use it: float32, its data loader, its own transforms image by image.</summary>
internal static class PlainPeer
{
    public static void Run(string[] arguments)
    {
        var work = new Work(arguments);
        var w = work.Workload;
        var network = Start.Network(work);
        var optimizer = new Lars(Start.Trained(network), w);
        new Server(work, Step, work.IsStep ? work.ReadyViews() : Loaded(work)).Serve();

        Tensor Step(Tensor views)
        {
            optimizer.ZeroGrad();
            var loss = Start.NtXent(network.call(views), w.Temperature, w.LossFactor);
            loss.backward();
            optimizer.Step();
            return loss.detach() / w.LossFactor;
        }
    }

    private static TorchSharp.Modules.DataLoader<Tensor, Tensor> Loaded(Work work)
    {
        var images = new Views(work.Read("images")["images"], Transform(work.Workload));
        return new(
            images,
            work.Workload.Batch,
            static (views, device) =>
            {
                var list = views.ToList();
                return cat([.. list.Select(static both => both[0..1]), .. list.Select(static both => both[1..2])]).to(device);
            },
            Shuffled(images.Count),
            work.Device,
            num_worker: work.Workload.Threads
        );
    }

    // Without an end: a training has more epochs than are measured.
    private static IEnumerable<long> Shuffled(long count)
    {
        while (true)
        {
            foreach (var position in new TorchSharp.Utils.FisherYatesShuffler(count))
            {
                yield return position;
            }
        }
    }

    private static ITransform Transform(Workload workload)
    {
        var (a, grey) = (workload.Augment, workload.Channels == 1);
        var s = a.Strength;
        var steps = new List<ITransform>
        {
            transforms.ConvertImageDtype(float32),
            // Its scale is one of the sides, not of the area.
            transforms.RandomResizedCrop(workload.Side, Math.Sqrt(a.Crop[0]), Math.Sqrt(a.Crop[1])),
            transforms.RandomHorizontalFlip(a.Flip),
        };
        if (s > 0)
        {
            var jitter = grey ? transforms.ColorJitter(0.8f * s, 0.8f * s) : transforms.ColorJitter(0.8f * s, 0.8f * s, 0.8f * s, 0.2f * s);
            steps.Add(transforms.RandomApply([jitter], a.Distorted));
        }

        if (a.Grayscale > 0 && !grey)
        {
            steps.Add(transforms.RandomGrayscale(a.Grayscale));
        }

        if (a.Blur > 0)
        {
            steps.Add(transforms.RandomApply([transforms.GaussianBlur(workload.Side / 20 * 2 + 1, 0.1f, 2f)], a.Blur));
        }

        return transforms.Compose([.. steps]);
    }

    /// <summary>Two views of each image, [2, C, side, side].</summary>
    private sealed class Views(Tensor images, ITransform view) : torch.utils.data.Dataset<Tensor>
    {
        public override long Count => images.size(0);

        // As a batch of one: AdjustHue leaves an image without that dimension as it is.
        public override Tensor GetTensor(long index)
        {
            var image = images[index].unsqueeze(0);
            return cat([view.call(image), view.call(image)]);
        }
    }
}
