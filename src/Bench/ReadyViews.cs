using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Weights;
using static TorchSharp.torch;

namespace SimClrDsl.Bench;

/// <summary>Images whose views are already augmented and on the device: batches in turn, over and over.</summary>
internal sealed record ReadyViews : ImageSet
{
    private readonly (Tensor First, Tensor Second)[] batches;
    private int next;

    private ReadyViews((Tensor First, Tensor Second)[] batches)
        : base(zeros(batches[0].First.size(0), dtype: int64)) => this.batches = batches;

    /// <summary>The views of a views.safetensors.</summary>
    public static ReadyViews Read(string path, Device device)
    {
        var tensors = SafeTensors.Read(path).OrThrow().Tensors;
        return new([.. Enumerable.Range(0, tensors.Count / 2).Select(i => (On(i, "first"), On(i, "second")))]);
        Tensor On(int i, string view) => tensors[$"{i}.{view}"].to(device);
    }

    public override int Side => (int)batches[0].First.size(3);

    public override ImageSet Take(int[] positions) => this;

    // The order of the images was decided when the views were made.
    public override ImageBatch Batch(int[] positions, Device device)
    {
        var (first, second) = batches[next];
        next = (next + 1) % batches.Length;
        return new Ready(first, second);
    }

    /// <summary>One batch: the first crop that a step asks for is the first view, the next one the second.</summary>
    private sealed record Ready(Tensor First, Tensor Second) : ImageBatch
    {
        private bool taken;

        public override int Count => (int)First.size(0);

        public override Tensor RandomCrop(Key key, int side, double from, double to, double flip)
        {
            var view = taken ? Second : First;
            taken = true;
            return view;
        }

        public override Tensor ForEvaluation(int side) => First;
    }
}
