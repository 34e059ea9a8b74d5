using SimClrDsl.Cli.Lookup;
using SimClrDsl.EndToEnd.Tests.Harness;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Runtime.Weights;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.EndToEnd.Tests.Use;

/// <summary>A run with one stage that is finished, whose network has random weights: much quicker than training one.</summary>
internal sealed class RandomRun : IDisposable
{
    public const string SpecFile = "network.yaml";

    private readonly Spec spec;
    private readonly Plan plan;
    private readonly string stage;

    /// <summary>Makes the run in a folder of its own.</summary>
    /// <param name="yaml">The spec without its name.</param>
    /// <param name="stage">The stage that is finished.</param>
    public RandomRun(string yaml, string stage)
    {
        this.stage = stage;
        var text = $"name: network\n{yaml}\n";
        Place.With(SpecFile, text);
        spec = SpecReader
            .ReadYaml(SpecFile, text)
            .Match(Succ: static spec => spec, Fail: static errors => throw new InvalidOperationException(errors.First().ToString()));
        plan = Plan.Of(spec);
        var folder = RunFolder.Create(Place.At("runs"), spec.Name, SpecHash.Of(spec)).OrThrow();
        string[] names = [.. Enumerable.Range(0, plan.Data.Classes).Select(static label => $"class {label}")];
        var card = NetworkCard.Of(plan.Data, names);
        var store = new StageStore(folder, StageHashes.Of(plan), card: card);
        Checkpoint = folder.Checkpoint(stage);
        RandomNetwork.Write(Checkpoint, plan, stage, store.Metadata(stage));
        store.Finish(stage, [], pretrain: null);
    }

    public Workplace Place { get; } = new();

    public string Checkpoint { get; }

    public Plan Plan => plan;

    /// <summary>Images of the size that the network takes.</summary>
    public Tensor Images(int count)
    {
        using var generator = new Generator(seed: 7, device: CPU);
        return rand([count, plan.Data.Channels, plan.Data.Side, plan.Data.Side], generator: generator);
    }

    /// <summary>The network as the program itself runs it.</summary>
    public SavedNetwork Open() =>
        SavedNetwork
            .Open(
                InProcessCompiler.Compile(spec),
                stage,
                StageHashes.Of(plan)[stage],
                Checkpoint,
                new(spec.Seed, CPU, ScalarType.Float32, Only: null)
            )
            .OrThrow();

    public Outcome Export(params string[] arguments) => Place.Simclr(["export", SpecFile, "--stage", stage, .. arguments]);

    public void Dispose() => Place.Dispose();
}
