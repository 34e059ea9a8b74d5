using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Tests.Stages;
using SimClrDsl.Runtime.Training;

namespace SimClrDsl.Runtime.Tests.Training;

/// <summary>What the loop lets see.</summary>
[Collection(nameof(MemoryTests))]
public sealed class TrainingTests
{
    [Fact]
    public void A_point_of_the_curves_is_the_mean_of_the_steps_since_the_one_before()
    {
        var trial = Trials.Linear;
        var state = trial.Start();
        var losses = new List<float>();
        for (var step = 0; step < 25; step++)
        {
            var (next, metrics) = trial.Step.Take(state, trial.Batches(step), Key.FromSeed(1).At(step));
            losses.Add(metrics.Loss.item<float>());
            state = next;
        }

        var points = Points(trial, until: 25).Select(static seen => seen.Point.Metrics).ToList();
        Assert.Equal([10, 20, 25], points.Select(static point => point.Step));
        Assert.Equal(losses[..10].Average(), points[0].Loss, 1e-5);
        Assert.Equal(losses[10..20].Average(), points[1].Loss, 1e-5);
        Assert.Equal(losses[20..].Average(), points[2].Loss, 1e-5);
        Assert.Equal([2.5, 5, 6.25], points.Select(static point => point.Epoch)); // 8 of 32 images a step
    }

    // ⌊images · epochs / batch⌋ + 1 steps are of that many epochs, whether or not batches fill them; the last row is beyond 32 bits.
    [Theory]
    [InlineData(100, 100, 61, 60)]
    [InlineData(60000, 256, 938, 4)]
    [InlineData(100, 40, 800, 320)]
    [InlineData(7, 3, 3, 1)]
    [InlineData(5, 5, 1, 1)]
    [InlineData(1281167, 4096, 938355, 3000)]
    public void Epochs_are_those_of_the_spec(int images, int batch, int steps, int epochs) =>
        Assert.Equal(epochs, new StageInfo("trial", images, batch, steps).Epochs);

    [Fact]
    public void Progress_counts_the_epochs_of_the_spec()
    {
        using var run = new ColourSession();
        var steps = new ColourSteps().OnImages(batch: 12, total: 3); // two epochs of twelve images
        _ = run.Session.Pretrain(Colours.Data(), Colours.Model, steps);
        Assert.Contains("pretrain     epoch 2/2  100 %", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Points_leave_no_tensors_behind()
    {
        var points = Points(Trials.Linear, until: 40);
        Assert.All(points, static seen => Assert.Equal(seen.Live, seen.Point.Speed.LiveTensors));
        Assert.All(points, static seen => Assert.True(seen.Point.Speed.ResidentBytes > 0));
        var live = points.Select(static seen => seen.Live).ToList();
        Assert.Equal(4, live.Count);
        Assert.All(live, count => Assert.Equal(live[0], count));
    }

    private static List<(CurvePoint Point, long? Live)> Points<TParams, TState, TBatch>(Trial<TParams, TState, TBatch> trial, int until)
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
    {
        _ = LiveTensors.Settled();
        var points = new List<(CurvePoint, long?)>();
        _ = TrainingLoop.Fold(
            trial.Start(),
            trial.Step,
            trial.Batches,
            until,
            Key.FromSeed(1),
            new(new("trial", Images: 32, Batch: 8, until), point => points.Add((point, TorchSharp.torch.Tensor.TotalCount)))
        );
        return points;
    }
}
