using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Stages;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Stages;

/// <summary>When a network in pretraining is measured, and how alike its features are.</summary>
public sealed class OnlineMeasurementTests
{
    [Fact]
    public void Equal_directions_have_no_spread_and_opposite_ones_have_all()
    {
        using var scope = NewDisposeScope();
        Assert.Equal(
            0,
            OnlineMeasurement.Spread(
                tensor(
                    new[,]
                    {
                        { 1f, 2 },
                        { 2, 4 },
                        { 0.5f, 1 },
                    }
                )
            ),
            7
        );
        Assert.Equal(0, OnlineMeasurement.Spread(zeros(3, 2)));
        Assert.Equal(
            1,
            OnlineMeasurement.Spread(
                tensor(
                    new[,]
                    {
                        { 1f, 0 },
                        { -3, 0 },
                    }
                )
            ),
            7
        );
        // Two directions at right angles: their mean has length √½.
        Assert.Equal(
            Math.Sqrt(0.5),
            OnlineMeasurement.Spread(
                tensor(
                    new[,]
                    {
                        { 1f, 0 },
                        { 0, 7 },
                    }
                )
            ),
            7
        );
    }

    [Theory]
    [InlineData(1, new[] { 4, 7, 10, 14, 17 })]
    [InlineData(3, new[] { 10 })]
    public void Measurements_are_due_when_so_many_epochs_have_ended(int everyEpochs, int[] steps)
    {
        var measurement = new OnlineMeasurement(Colours.Data().Bank, Colours.Data().Bank, everyEpochs, HasLabels: true);
        var info = new StageInfo("pretrain", Images: 10, Batch: 3, TotalSteps: 17);
        Assert.Equal(steps, Enumerable.Range(1, 17).Where(step => measurement.IsDue(info, step)));
    }
}
