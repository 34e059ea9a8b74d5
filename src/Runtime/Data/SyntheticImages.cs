using SimClrDsl.Planning;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Data;

/// <summary>
/// Generates random images from a key, for tests and short trial runs. They can be classified: each class has its own colours and wave
/// patterns, which appear in each image with another phase and with noise.
/// </summary>
internal static class SyntheticImages
{
    // Images are generated in chunks, to limit the memory of the float32 intermediate results.
    private const int Chunk = 64;
    private const double Wave = 0.2;
    private const double Noise = 0.08;

    /// <summary>Generates both splits in the sizes of the plan, with equal numbers of images per class (up to one).</summary>
    public static (ImageSet Train, ImageSet Test) Make(DataPlan plan, Key key) =>
        (Split(plan, plan.TrainImages, key, key.At("train")), Split(plan, plan.TestImages, key, key.At("test")));

    private static ImageSet Split(DataPlan plan, int count, Key classes, Key key)
    {
        var labels = Array.ConvertAll(key.At("labels").Permutation(count), i => (long)(i % plan.Classes));
        var chunks = labels.Chunk(Chunk).Select((part, i) => Images(plan, part, classes, key.At(i))).ToArray();
        var images = chunks.Length > 0 ? cat(chunks) : empty(0, plan.Channels, plan.Side, plan.Side, dtype: ScalarType.Byte);
        Array.ForEach(chunks, static chunk => chunk.Dispose());
        return new PixelSet(images, tensor(labels));
    }

    // uint8 [labels, C, side, side]
    private static Tensor Images(DataPlan plan, long[] labels, Key classes, Key key)
    {
        using var scope = NewDisposeScope();
        var (n, c, side) = (labels.Length, plan.Channels, plan.Side);
        var colours = new float[n * c];
        var down = new float[n * c * side];
        var across = new float[n * c * side];
        for (var i = 0; i < n; i++)
        {
            var image = key.At("image").At(i);
            for (var channel = 0; channel < c; channel++)
            {
                var look = classes.At("class").At(labels[i]).At(channel);
                var at = (i * c) + channel;
                colours[at] = (float)look.Uniform(0, 0.3, 0.7);
                FillWave(down.AsSpan(at * side, side), cycles: look.Uniform(1, 0.5, 3.5), phase: image.Uniform(0));
                FillWave(across.AsSpan(at * side, side), cycles: look.Uniform(2, 0.5, 3.5), phase: image.Uniform(1));
            }
        }

        using var generator = key.At("noise").Generator();
        var waves = tensor(down).reshape(n, c, side, 1).mul(tensor(across).reshape(n, c, 1, side)).mul_(Wave);
        return randn([n, c, side, side], dtype: ScalarType.Float32, generator: generator)
            .mul_(Noise)
            .add_(waves)
            .add_(tensor(colours).reshape(n, c, 1, 1))
            .mul_(255)
            .clamp_(0, 255)
            .to(ScalarType.Byte)
            .MoveToOuterDisposeScope();
    }

    private static void FillWave(Span<float> wave, double cycles, double phase)
    {
        for (var i = 0; i < wave.Length; i++)
        {
            wave[i] = (float)Math.Cos(2 * Math.PI * ((cycles * i / wave.Length) + phase));
        }
    }
}
