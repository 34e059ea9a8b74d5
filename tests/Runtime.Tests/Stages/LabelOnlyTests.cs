using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Stages;

/// <summary>
/// Which rate and step of the label-only baseline count. A network that answers colours with a shift is right for all images of the splits
/// with that shift and for none of the others, so that every choice is known in advance.
/// </summary>
public sealed class LabelOnlyTests : IDisposable
{
    private readonly ColourSession run = new();

    public void Dispose() => run.Dispose();

    // Rate 1 answers as the validation images do after two steps, and as no split after four; rate 2 the same for the test images.
    private static Dense.Params Network(double rate, int step) =>
        Colours.Answering(
            (rate, step) switch
            {
                (1, <= 2) => 1,
                (2, <= 2) => 2,
                _ => 0,
            }
        );

    private void Train(
        ExperimentData data,
        double[] rates,
        Func<double, Step<Dense.Params, NoState, LabelledBatch>>? stepAt = null,
        List<int>? seen = null
    ) =>
        run.Session.LabelOnly(
            data,
            Colours.ModelOf(
                (p, s, x) =>
                {
                    seen?.AddRange(Colours.Brightnesses(x));
                    return Colours.Infer(p, s, x);
                }
            ),
            stepAt ?? (rate => ColourSteps.Scripted(batch: 6, total: 4, step => Network(rate, step))),
            rates,
            evaluateEvery: 2
        );

    [Fact]
    public void The_choice_is_made_on_the_validation_images_and_the_network_of_that_step_is_measured_once()
    {
        // Six test images answer with shift 2, four with shift 1: of the chosen network four of ten are right, whatever would have been
        // better.
        var seen = new List<int>();
        Train(Data(validation: 1), [1, 2], seen: seen);
        var row = Assert.Single(run.Rows);
        Assert.Equal(("label-only", 0.4), (row.Title, row.Top1));
        Assert.Equal(
            "6 labels from scratch, best of 2 rates × 2 evaluations: rate 1, step 2 of 4, chosen on 6 validation images",
            row.Protocol
        );
        Assert.Equal(Enumerable.Range(Colours.Test.Start.Value, 10), seen.Where(static id => id >= Colours.Test.Start.Value).Order());
        Assert.Contains("label-only, rate 1: 100.00 % at 2, 0.00 % at 4", run.Output, StringComparison.Ordinal);
        Assert.Contains("label-only, rate 2: 0.00 % at 2, 0.00 % at 4", run.Output, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_validation_images_it_is_made_on_the_test_images_and_the_protocol_says_so()
    {
        Train(Data(validation: null), [1, 2]);
        var row = Assert.Single(run.Rows);
        Assert.Equal(0.6, row.Top1);
        Assert.Equal(
            "6 labels from scratch, best of 2 rates × 2 evaluations: rate 2, step 2 of 4, chosen on the test images",
            row.Protocol
        );
    }

    [Fact]
    public void Of_equal_results_the_earliest_counts()
    {
        Train(Colours.Data(validation: 0, test: 0), [3, 4]);
        Assert.Contains("rate 3, step 2 of 4", Assert.Single(run.Rows).Protocol, StringComparison.Ordinal);
    }

    public static TheoryData<string, double> Divergences =>
        new()
        {
            { "the loss is NaN at step 2 of 4", double.NaN },
            { "the weight kernel holds NaN after step 2 of 4", 1 },
            { "the weight kernel holds 1.0E+31 after step 2 of 4", 2 },
        };

    [Theory]
    [MemberData(nameof(Divergences))]
    public void A_rate_that_diverges_has_a_row_and_the_best_of_the_others_counts(string reason, double how)
    {
        Step<Dense.Params, NoState, LabelledBatch> StepAt(double rate) =>
            rate == 1 ? ColourSteps.Scripted(6, 4, static step => Network(1, step)) : Diverging(how);
        Train(Data(validation: 1), [1e30, 1], StepAt);
        Assert.Equal([("label-only", 0.4), ("label-only, rate 1E+30", null)], run.Rows.Select(static row => (row.Title, row.Top1)));
        Assert.Equal($"diverged, does not count: {reason}", run.Rows[1].Protocol);
        Assert.Contains($"label-only, rate 1E+30: diverged: {reason}\n", run.Output, StringComparison.Ordinal);
        Assert.Equal(0.4, run.Session.Results.Top1(earlier: null).LabelOnly);
        Assert.Equal(run.Rows, FinishedStages.Find(run.Folder.Root, StageNames.Supervised, "12345678")!.Stage.Results);
        Assert.Contains("diverged  ", ResultTable.Format(run.Rows), StringComparison.Ordinal);
    }

    [Fact]
    public void Where_every_rate_diverges_there_is_no_result()
    {
        var error = Assert.Throws<DivergedException>(() => Train(Data(validation: 1), [1e30, 2e30], static _ => Diverging(1)));
        Assert.Equal(
            "supervised: training diverged at every learning rate: 1E+30 (the weight kernel holds NaN after step 2 "
                + "of 4), 2E+30 (the weight kernel holds NaN after step 2 of 4): lower the learning rate or lengthen the warm-up.",
            error.Message
        );
        Assert.False(run.HasLeft(StageNames.Supervised));
    }

    // Of the ten test images, four are labelled as the validation images are and six with shift 2.
    private static ExperimentData Data(int? validation) =>
        Colours.Data(labelled: 0, validation: validation) with
        {
            Test = Colours.Set(Colours.Test, static colour => colour) switch
            {
                var test => test with
                {
                    Labels = tensor(
                        Enumerable.Range(0, 10).Select(static i => (Colours.Colour(i) + (i < 4 ? 1L : 2)) % Colours.Classes).ToArray()
                    ),
                },
            },
        };

    private static Step<Dense.Params, NoState, LabelledBatch> Diverging(double how) =>
        how switch
        {
            1 => ColourSteps.Scripted(6, 4, static _ => new(full([3, 3], float.NaN), zeros(3))),
            2 => ColourSteps.Scripted(6, 4, static _ => new(full([3, 3], 1e31f), zeros(3))),
            _ => ColourSteps.Scripted(6, 4, static _ => Colours.Answering(0), loss: float.NaN),
        };
}
