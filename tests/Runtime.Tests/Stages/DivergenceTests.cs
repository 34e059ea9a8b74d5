using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Profiling;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;
using SimClrDsl.Runtime.Weights;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Stages;

/// <summary>
/// A stage whose last step ruins the network, which no loss shows any more: it is named, and leaves nothing that looks finished.
/// </summary>
public sealed class DivergenceTests : IDisposable
{
    private readonly ColourSession run = new();
    private readonly ExperimentData data = Colours.Data();

    public void Dispose() => run.Dispose();

    public static TheoryData<float, string> Ruins =>
        new()
        {
            { float.NaN, "the weight kernel holds NaN after step 3 of 3" },
            { float.PositiveInfinity, "the weight kernel holds Infinity after step 3 of 3" },
            { -1e31f, "the weight kernel holds 1.0E+31 after step 3 of 3" },
        };

    [Theory]
    [MemberData(nameof(Ruins))]
    public void Pretraining_is_checked_before_it_is_saved(float ruin, string found) =>
        Refused(StageNames.Pretrain, found, () => _ = run.Session.Pretrain(data, Colours.Model, Ruined<UnlabelledBatch>(ruin)));

    [Theory]
    [MemberData(nameof(Ruins))]
    public void Pretraining_with_a_classifier_beside_it_is_checked_before_it_is_saved(float ruin, string found) =>
        Refused(
            StageNames.Pretrain,
            found,
            () => run.Session.PretrainOnline(data, Colours.Model, Ruined<LabelledBatch>(ruin), Colours.Infer)
        );

    [Theory]
    [MemberData(nameof(Ruins))]
    public void Fine_tuning_is_checked_before_it_is_scored(float ruin, string found) =>
        Refused(
            StageNames.Finetune,
            found,
            () =>
                _ = run.Session.Finetune(
                    data,
                    Colours.Model,
                    static () => Network.Of(Dense.Zeros(3, 3), NoState.Value),
                    Ruined<LabelledBatch>(ruin)
                )
        );

    [Theory]
    [MemberData(nameof(Ruins))]
    public void Distillation_is_checked_before_it_is_scored(float ruin, string found)
    {
        var teacher = StageRun.Frozen(Colours.Features);
        Refused(
            StageNames.SelfDistill,
            found,
            () => _ = run.Session.SelfDistill(teacher, data, Colours.Model, _ => Ruined<UnlabelledBatch>(ruin))
        );
        Refused(StageNames.Distill, found, () => _ = run.Session.Distill(teacher, data, Colours.Model, _ => Ruined<UnlabelledBatch>(ruin)));
    }

    [Theory]
    [MemberData(nameof(Ruins))]
    public void Linear_evaluation_is_checked_before_it_is_scored(float ruin, string found) =>
        Refused(
            StageNames.Linear,
            found,
            () => run.Session.Linear(StageRun.Frozen(Colours.Features), data, static () => Dense.Zeros(3, 3), Ruined<FeatureBatch>(ruin))
        );

    // The weights are of use, and what the network makes of them is not.
    [Fact]
    public void Outputs_of_a_trained_network_are_checked_before_they_are_scored()
    {
        const string Found = "the network's output for the images it is measured on holds NaN after step 3 of 3";
        var model = Colours.ModelOf(static (p, s, x) => Colours.Infer(p, s, x) * float.NaN);
        var teacher = StageRun.Frozen(Colours.Features);
        Refused(
            StageNames.Pretrain,
            "the network's output for training images holds NaN after step 3 of 3",
            () => _ = run.Session.Pretrain(data, model, Ruined<UnlabelledBatch>(1))
        );
        Refused(
            StageNames.Finetune,
            Found,
            () => _ = run.Session.Finetune(data, model, static () => Network.Of(Dense.Zeros(3, 3), NoState.Value), Ruined<LabelledBatch>(1))
        );
        Refused(StageNames.SelfDistill, Found, () => _ = run.Session.SelfDistill(teacher, data, model, _ => Ruined<UnlabelledBatch>(1)));
        Refused(StageNames.Distill, Found, () => _ = run.Session.Distill(teacher, data, model, _ => Ruined<UnlabelledBatch>(1)));
    }

    // A network that came to be otherwise, from a file or an earlier program.
    [Theory]
    [InlineData(StageNames.Knn)]
    [InlineData(StageNames.Linear)]
    public void Features_of_no_use_are_named_before_they_are_scored(string stage)
    {
        var encoder = StageRun.Frozen(static x => Colours.Features(x) * float.NaN);
        var error = Assert.Throws<InputException>(() =>
        {
            if (stage == StageNames.Knn)
            {
                run.Session.Knn(encoder, data, k: 3, temperature: 0.1);
            }
            else
            {
                run.Session.Linear(encoder, data, static () => Dense.Zeros(3, 3), new ColourSteps().OnFeatures(batch: 6, total: 1));
            }
        });
        Assert.StartsWith($"{stage}: the pretrained network's features hold NaN", error.Message, StringComparison.Ordinal);
        Assert.False(run.HasLeft(stage));
    }

    [Fact]
    public void Momentum_and_statistics_are_looked_at_too()
    {
        var info = new StageInfo("trial", Images: 8, Batch: 4, TotalSteps: 5);
        static TrainState<Dense.Params, BatchNorm.State> State(float kernel, float variance, float momentum) =>
            new(
                new(full([2, 2], kernel), zeros(2)),
                new(zeros(2), tensor([1f, variance])),
                new(zeros(2, 2), tensor([momentum, 0f])),
                step: 5
            );

        Soundness.Require(info, State(kernel: 1e12f, variance: 1e12f, momentum: -1e12f));
        Assert.Contains("the statistic variance holds NaN", Error(State(1, float.NaN, 1)), StringComparison.Ordinal);
        Assert.Contains("the momentum bias holds 1.0E+13", Error(State(1, 1, -1e13f)), StringComparison.Ordinal);
        Assert.Contains("the weight kernel holds 2.0E+12", Error(State(2e12f, 1, 1)), StringComparison.Ordinal);
        string Error(TrainState<Dense.Params, BatchNorm.State> state) =>
            Assert.Throws<DivergedException>(() => Soundness.Require(info, state)).Message;
    }

    [Theory]
    [InlineData(9e15f, null)]
    [InlineData(2e16f, "2.0E+16")]
    [InlineData(float.NaN, "NaN")]
    [InlineData(float.NegativeInfinity, "Infinity")]
    public void Outputs_may_be_larger_than_weights(float output, string? found)
    {
        void Look() => Soundness.Require(new("trial", Images: 8, Batch: 4, TotalSteps: 5), step: 5, tensor([1f, output]), "images");
        if (found is null)
        {
            Look();
        }
        else
        {
            Assert.Contains(
                $"the network's output for images holds {found} after step 5",
                Assert.Throws<DivergedException>(Look).Message,
                StringComparison.Ordinal
            );
        }
    }

    // One step of ten has no loss; the nine after it do.
    [Fact]
    public void A_loss_that_was_no_number_shows_at_the_next_point()
    {
        var losses = new[] { 1, 2, float.NaN, 1, 1, 1, 1, 1, 1, 1 };
        var step = new Step<Dense.Params, NoState, int, Dense.Params>(
            static (_, _) => Dense.Zeros(1, 1),
            (state, _, _) =>
            {
                var (p, s, momentum, taken) = state.Consume(by: "trial");
                return (new(p, s, momentum, taken + 1), new(tensor(losses[taken]), tensor(0f)));
            },
            static _ => 1,
            batch: 1,
            total: 10
        );
        var error = Assert.Throws<DivergedException>(() =>
            TrainingLoop.Fold(
                TrainState<Dense.Params, NoState>.Start(Dense.Zeros(1, 1), NoState.Value),
                step,
                static number => number,
                until: 10,
                Key.FromSeed(1),
                new(new("trial", 1, 1, 10), static _ => { })
            )
        );
        Assert.Equal("trial: the loss is NaN at step 10 of 10: lower the learning rate or lengthen the warm-up.", error.Message);
    }

    [Fact]
    public void A_checkpoint_with_numbers_of_no_use_is_not_gone_on_from()
    {
        using var alone = new ColourSession(only: StageNames.Knn);
        Checkpoint.Save(
            alone.Folder.Checkpoint(StageNames.Pretrain),
            Network.Of(new Dense.Params(full([3, 3], float.NaN), zeros(3)), NoState.Value),
            new Dictionary<string, string> { ["stage"] = StageNames.Pretrain, ["stage_hash"] = "12345678" }
        );
        var pretrained = alone.Session.Pretrain(data, Colours.Model, Ruined<UnlabelledBatch>(1));
        var error = Assert.Throws<InputException>(() => pretrained());
        Assert.Contains("pretrain.safetensors: params.kernel holds NaN", error.Message, StringComparison.Ordinal);
        Assert.Contains("train 'pretrain' again, with --again", error.Message, StringComparison.Ordinal);
    }

    // Weights and outputs may look fine after a rate that was far too large: no guess has such a loss.
    [Theory]
    [InlineData(99f, true)]
    [InlineData(284f, false)]
    public void A_classifier_that_ends_with_the_loss_of_no_guess_has_diverged(float loss, bool fine)
    {
        void Train() =>
            _ = run.Session.Finetune(
                data,
                Colours.Model,
                static () => Network.Of(Dense.Zeros(3, 3), NoState.Value),
                Ruined<LabelledBatch>(1, loss)
            );
        if (fine)
        {
            Train();
            Assert.True(run.HasLeft(StageNames.Finetune));
        }
        else
        {
            Refused(StageNames.Finetune, "the loss is 284 at step 3 of 3", Train);
        }
    }

    // The bound of the contrastive loss is 2/temperature: no more than that is no divergence.
    [Fact]
    public void A_contrastive_loss_may_be_as_large_as_its_temperature_makes_it()
    {
        _ = run.Session.Pretrain(data, Colours.Model, Ruined<UnlabelledBatch>(1, loss: 284));
        Assert.True(run.HasLeft(StageNames.Pretrain));
    }

    private void Refused(string stage, string found, Action train)
    {
        var error = Assert.Throws<DivergedException>(train);
        Assert.StartsWith($"{stage}: ", error.Message, StringComparison.Ordinal);
        Assert.Contains(found, error.Message, StringComparison.Ordinal);
        Assert.EndsWith(": lower the learning rate or lengthen the warm-up.", error.Message, StringComparison.Ordinal);
        Assert.False(run.HasLeft(stage));
    }

    // Three steps of which the last one leaves this number in every weight and bias; losses are those of before, and fine unless given.
    private static Step<Dense.Params, NoState, TBatch> Ruined<TBatch>(float ruin, float loss = 0.5f) =>
        new Step<Dense.Params, NoState, TBatch, Dense.Params>(
            static (_, _) => Dense.Zeros(1, 1),
            (state, _, _) =>
            {
                var (p, s, momentum, step) = state.Consume(by: "trial");
                var next = step == 2 ? new Dense.Params(full([3, 3], ruin), full([3], ruin)) : p;
                return (new(next, s, momentum, step + 1), new(tensor(loss), tensor(0f)));
            },
            static _ => 1,
            batch: 6,
            total: 3
        );
}
