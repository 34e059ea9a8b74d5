using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Weights;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Weights;

public sealed class CheckpointTests : IDisposable
{
    private static readonly Dictionary<string, string> Metadata = new() { ["experiment"] = "e-1234", ["stage"] = "finetune" };

    private readonly TempFolder folder = new();

    private string FilePath => folder.File("finetuned.safetensors");

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Parameters_and_statistics_come_back_under_their_paths()
    {
        var network = Network.Of(new Layer(rand(3, 2), rand(3)), new Statistics(rand(3)));
        Checkpoint.Save(FilePath, network, Metadata);
        Assert.Equal(["params.bias", "params.kernel", "state.mean"], SafeTensors.Read(FilePath).Value().Tensors.Keys.Order());
        var read = Checkpoint.Load(FilePath, Network.Of(new Layer(zeros(3, 2), zeros(3)), new Statistics(zeros(3))), Metadata).Value();
        Assert.Equal(network.Leaves().Select(static leaf => leaf.Path), read.Leaves().Select(static leaf => leaf.Path));
        Assert.Equal(
            network.Leaves().SelectMany(static leaf => leaf.Value.Floats()),
            read.Leaves().SelectMany(static leaf => leaf.Value.Floats())
        );
    }

    [Fact]
    public void Loaded_leaves_outlive_the_loading_but_not_the_scope_around_it()
    {
        Checkpoint.Save(FilePath, new Statistics(ones(3)), Metadata);
        Statistics read;
        using (NewDisposeScope())
        {
            read = Checkpoint.Load(FilePath, new Statistics(zeros(3))).Value();
            Assert.Equal([1f, 1, 1], read.Mean.Floats());
        }

        Assert.True(read.Mean.IsInvalid);
    }

    [Fact]
    public void Missing_surplus_and_differing_tensors_are_listed()
    {
        SafeTensors.Write(FilePath, new Dictionary<string, Tensor> { ["kernel"] = zeros(2, 3), ["extra"] = zeros(1) }, Metadata);
        var error = Checkpoint.Load(FilePath, new Layer(zeros(3, 2), zeros(3))).Error();
        Assert.Equal(
            $"{FilePath} does not hold this network: it lacks bias; it holds in surplus extra; it differs in kernel "
                + "(F32 [2, 3], not F32 [3, 2]).",
            error
        );
    }

    [Fact]
    public void Only_the_first_few_are_listed()
    {
        var many = Enumerable.Range(0, 9).ToDictionary(static i => $"extra{i}", static _ => zeros(1));
        SafeTensors.Write(FilePath, many, Metadata);
        var error = Checkpoint.Load(FilePath, new Statistics(zeros(3))).Error();
        Assert.Contains("extra0, extra1, extra2, extra3 and 5 more", error, StringComparison.Ordinal);
    }

    [Fact]
    public void Another_experiments_file_is_refused()
    {
        Checkpoint.Save(FilePath, new Statistics(ones(3)), Metadata);
        var other = new Dictionary<string, string> { ["experiment"] = "e-5678" };
        var error = Checkpoint.Load(FilePath, new Statistics(zeros(3)), other).Error();
        Assert.Contains("experiment 'e-1234', this run needs 'e-5678'", error, StringComparison.Ordinal);
        Assert.Equal(Metadata, Checkpoint.Metadata(FilePath).Value());
    }

    private sealed record Layer(Tensor Kernel, Tensor Bias) : ITree<Layer>
    {
        public Layer Map(LeafPath path, LeafMap map) =>
            new(map(new(path / "kernel", LeafRole.Kernel, Kernel)), map(new(path / "bias", LeafRole.Bias, Bias)));
    }

    private sealed record Statistics(Tensor Mean) : ITree<Statistics>
    {
        public Statistics Map(LeafPath path, LeafMap map) => new(map(new(path / "mean", LeafRole.Statistic, Mean)));
    }
}
