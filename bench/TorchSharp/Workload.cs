namespace SimClrDsl.Bench.Peers;

/// <summary>workload.json: what to train, and every number of it.</summary>
internal sealed record Workload(
    string Device,
    int Threads,
    int Batch,
    int Side,
    int Channels,
    EncoderSettings Encoder,
    HeadSettings Head,
    double Temperature,
    double LossFactor,
    double Rate,
    double Momentum,
    double Trust,
    double WeightDecay,
    AugmentSettings Augment
);

internal sealed record EncoderSettings(IReadOnlyList<StemConv> Stem, bool MaxPool, IReadOnlyList<GroupSettings> Groups);

internal sealed record StemConv(int Inputs, int Outputs, int Kernel, int Stride);

internal sealed record GroupSettings(BlockSettings Entry, BlockSettings Body, int BodyBlocks);

/// <param name="Kind">basic, bottleneck, selective-basic, or selective, which is a bottleneck.</param>
/// <param name="Inner">Channels between the block's first and last convolution.</param>
/// <param name="Squeezed">Channels of a selective kernel's squeeze, or 0.</param>
/// <param name="Skip">identity, projected or pooled.</param>
internal sealed record BlockSettings(string Kind, int Inputs, int Inner, int Outputs, int Stride, int Squeezed, string Skip);

internal sealed record HeadSettings(int Layers, int Features, int Out);

/// <param name="Crop">Least and largest share of the area.</param>
/// <param name="Flip">Probability, as are the last two.</param>
/// <param name="Distorted">Probability that the colours change.</param>
internal sealed record AugmentSettings(double[] Crop, double Flip, float Strength, double Distorted, double Grayscale, double Blur);
