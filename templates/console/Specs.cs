using SimClrDsl.Specs;

namespace SimClrApp;

/// <summary>
/// Experiments that are written in C#. The compiler checks them while you type; <c>Experiments.Trial.Run()</c> runs this one.
/// </summary>
public static class Specs
{
    /// <summary>Pretraining alone, on random images: seconds, to see that everything works.</summary>
    [Experiment]
    public static Spec Trial =>
        new()
        {
            Name = "trial",
            Data = new()
            {
                Source = DataSource.Synthetic,
                Image = 16,
                Unlabelled = 64,
                Labels = 8,
                Classes = 4,
            },
            Encoder = new()
            {
                ResNet = 18,
                Width = 0.125,
                Stem = Stem.Small,
            },
            Pretrain = new() { Epochs = 1, Batch = 16 },
        };
}
