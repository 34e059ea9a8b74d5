using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using static TorchSharp.torch;
using Basic18 = SimClrDsl.Experiments.Basic18;

namespace SimClrDsl.Runtime.Tests.Stages;

/// <summary>Stages and steps draw their own random numbers, and see the images in an order of their own.</summary>
public sealed class StageKeyTests : IDisposable
{
    private const int Images = 32;

    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    /// <summary>What a stage gave a step: its key, and which images.</summary>
    private sealed record Given(Key Key, float[] Images);

    [Fact]
    public void No_two_steps_of_any_stage_or_seed_have_one_key_or_one_order()
    {
        var runs = (List<Given>[])[.. Stages(seed: 1), .. Stages(seed: 2)];
        Assert.All(runs, static stage => Assert.True(stage.Count >= 4));
        var keys = runs.SelectMany(static stage => stage.Select(static given => given.Key)).ToList();
        Assert.Equal(keys.Count, keys.Distinct().Count());

        // An epoch of 32 images is two steps of 16: every image once, and no epoch like another, in any stage.
        var epochs = runs.SelectMany(static stage =>
                stage.Chunk(2).Where(static pair => pair.Length == 2).Select(static pair => (float[])[.. pair[0].Images, .. pair[1].Images])
            )
            .ToList();
        Assert.All(epochs, static epoch => Assert.Equal(Enumerable.Range(0, Images).Select(static i => (float)i), epoch.Order()));
        Assert.Equal(epochs.Count, epochs.Select(static epoch => string.Join(' ', epoch)).Distinct().Count());
    }

    private List<Given>[] Stages(long seed)
    {
        // Each image is of one colour, its number: however it is cropped.
        var pixels = arange(Images).to(ScalarType.Byte).view(Images, 1, 1, 1).expand(Images, 3, 16, 16).contiguous();
        var set = new PixelSet(pixels, arange(Images, dtype: ScalarType.Int64).remainder(4));
        var data = new ExperimentData(set, set, set, Classes: 4);
        var (pretrain, finetune) = (new List<Given>(), new List<Given>());

        using var log = new MetricsLog(temp.File($"metrics-{seed}.jsonl"));
        var session = new StageRun(
            new(seed, CPU, ScalarType.Float32, Only: null),
            new StageStore(
                RunFolder.Create(temp.Path, $"keys-{seed}", "12345678").Value(),
                StageNames.All.ToDictionary(static stage => stage, static _ => "12345678"),
                again: true
            ),
            log,
            new Progress(TextWriter.Null, live: null, TimeProvider.System)
        );
        var pretrained = session.Pretrain(
            data,
            Basic18.ContrastiveNetwork.Model,
            new Watched<Basic18.ContrastiveNetwork.Params, Basic18.ContrastiveNetwork.State, UnlabelledBatch>(
                Basic18.PretrainStep.Step,
                (batch, key) => pretrain.Add(new(key, Numbers(batch.Images)))
            )
        );
        _ = session.Finetune(
            data,
            Basic18.FinetunedNetwork.Model,
            () => Basic18.FinetuneStep.FromPretrained(pretrained()),
            new Watched<Basic18.FinetunedNetwork.Params, Basic18.FinetunedNetwork.State, LabelledBatch>(
                Basic18.FinetuneStep.Step,
                (batch, key) => finetune.Add(new(key, Numbers(batch.Images)))
            )
        );
        return [pretrain, finetune];
    }

    private static float[] Numbers(ImageBatch images) => images.Pixels().select(1, 0).select(1, 0).select(1, 0).Floats();

    /// <summary>A step that tells what it is given.</summary>
    private sealed class Watched<TParams, TState, TBatch>(Step<TParams, TState, TBatch> step, Action<TBatch, Key> given)
        : Step<TParams, TState, TBatch>(step.Rate, step.Batch, step.Total)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        public override (TrainState<TParams, TState> Next, StepMetrics Out) Take(TrainState<TParams, TState> state, TBatch batch, Key key)
        {
            given(batch, key);
            return step.Take(state, batch, key);
        }
    }
}
