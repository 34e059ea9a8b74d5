using SimClrDsl.Specs;

namespace SimClrDsl.Experiments;

/// <summary>The experiment of fashion-mnist.yaml as a C# record: the same spec, checked by the compiler as it is typed.</summary>
public static class FashionMnistAsRecord
{
    private static CropFlipSpec Supervised => new() { Crop = new(1, 1) };

    [Experiment]
    public static Spec Experiment =>
        new()
        {
            Name = "fashion-mnist-record",
            Seed = 1,
            Data = new()
            {
                Source = DataSource.FashionMnist,
                Validation = 5000,
                Labels = 100,
            },
            Encoder = new()
            {
                ResNet = 18,
                Width = 0.25,
                Stem = Stem.Small,
            },
            Pretrain = new()
            {
                Head = new() { Layers = 3, Out = 128 },
                Epochs = 4,
                Batch = 256,
                Temperature = 0.3,
                Augment = new()
                {
                    Crop = new(0.3, 1),
                    Flip = 0.5,
                    Colour = new() { Strength = 1.2 },
                    Blur = 0,
                },
                Optimizer = new()
                {
                    Lars = new()
                    {
                        Lr = 0.2,
                        Scaling = Scaling.Sqrt,
                        WeightDecay = 1e-4,
                    },
                    Warmup = Amount.Percent(5),
                    Schedule = Schedule.Cosine,
                },
            },
            Evaluate = new()
            {
                Knn = new() { K = 20 },
                Linear = new()
                {
                    Epochs = 20,
                    Batch = 256,
                    Augment = null,
                },
                Supervised = new()
                {
                    Steps = 800,
                    Batch = 40,
                    LearningRates = [0.1, 0.3, 1.0],
                    EvaluateEvery = 200,
                    Augment = Supervised,
                },
            },
            Finetune = new()
            {
                FromHeadLayer = 1,
                Epochs = 100,
                Batch = 100,
                Augment = Supervised,
                Optimizer = new()
                {
                    Sgd = new()
                    {
                        Lr = 0.01,
                        Scaling = Scaling.None,
                        WeightDecay = 0,
                    },
                },
            },
            Distill = new()
            {
                Student = new()
                {
                    ResNet = 18,
                    Width = 0.125,
                    Stem = Stem.Small,
                },
                Temperature = 1,
                Epochs = 2,
                Batch = 256,
                Augment = new() { Crop = new(0.8, 1) },
                Optimizer = new()
                {
                    Sgd = new() { Lr = 0.1, WeightDecay = 1e-4 },
                    Warmup = Amount.Percent(5),
                },
            },
        };
}
