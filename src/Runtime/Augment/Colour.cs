using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

/// <summary>
/// SimCLR's colour distortion with TensorFlow's operations: contrast about each channel's mean (torchvision uses the grey mean),
/// saturation in HSV (torchvision blends with grey), pixels clipped to [0, 1] after every operation.
/// </summary>
public static class Colour
{
    private enum Operation
    {
        Brightness,
        Contrast,
        Saturation,
        Hue,
    }

    /// <summary>
    /// Distorts each image, with the given probability, by brightness, contrast, saturation (each by a factor within 1 ± 0.8 s) and hue (by
    /// up to 0.2 s turns) in random order; grey images by brightness and contrast.
    /// </summary>
    /// <param name="images">float32 [N, C, H, W] in [0, 1]; C is 1 or 3.</param>
    /// <param name="key">Of this batch and view; sample i draws from it and i alone.</param>
    /// <param name="strength">s.</param>
    /// <param name="probability">That an image is distorted.</param>
    /// <param name="brightness">Whether brightness multiplies, or is added as in SimCLR's first version: then a number within ± 0.8 s.</param>
    public static Tensor DistortColour(
        this Tensor images,
        Key key,
        double strength,
        double probability,
        Brightness brightness = Brightness.Multiply
    )
    {
        using var span = Profiling.Of(StepPhase.Augment, "colour");
        using var scope = NewDisposeScope();
        var result = images.clone();
        var operations = images.shape[1] == 1 ? 2 : 4;
        var samples = Draw(key.At("colour"), (int)images.shape[0], operations, strength, probability, brightness);
        for (var turn = 0; turn < operations; turn++)
        {
            foreach (var group in samples.GroupBy(sample => sample.Order[turn]))
            {
                Apply(group.Key, [.. group], result, brightness);
            }
        }

        return result.MoveToOuterDisposeScope();
    }

    private static Sample[] Draw(Key key, int count, int operations, double strength, double probability, Brightness brightness)
    {
        var (spread, turn) = (0.8 * strength, 0.2 * strength);
        return
        [
            .. from i in Enumerable.Range(0, count)
            let draws = key.At(i)
            where draws.Uniform(0) < probability
            select new Sample(
                i,
                [.. draws.At("order").Permutation(operations).Select(static operation => (Operation)operation)],
                [
                    (float)(
                        brightness == Brightness.Add
                            ? draws.Uniform(1, -spread, spread)
                            : draws.Uniform(1, Math.Max(1 - spread, 0), 1 + spread)
                    ),
                    (float)draws.Uniform(2, 1 - spread, 1 + spread),
                    (float)draws.Uniform(3, 1 - spread, 1 + spread),
                    (float)draws.Uniform(4, -turn, turn),
                ]
            ),
        ];
    }

    // Writes into images, which DistortColour made.
    private static void Apply(Operation operation, Sample[] samples, Tensor images, Brightness brightness)
    {
        using var scope = NewDisposeScope();
        var index = Array.ConvertAll(samples, static sample => sample.Image).ToIndex().Upload(images.device);
        var amount = tensor(Array.ConvertAll(samples, sample => sample.Amounts[(int)operation]))
            .reshape(samples.Length, 1, 1, 1)
            .Upload(images.device);
        var x = images.index_select(0, index);
        var y = operation switch
        {
            Operation.Brightness when brightness == Brightness.Add => ColourOperations.AddBrightness(x, amount),
            Operation.Brightness => ColourOperations.Brightness(x, amount),
            Operation.Contrast => ColourOperations.Contrast(x, amount),
            Operation.Saturation => ColourOperations.Saturation(x, amount),
            _ => ColourOperations.Hue(x, amount),
        };
        images.index_copy_(0, index, y);
    }

    /// <summary>What one image undergoes: operations in order, and the amount of each by its number.</summary>
    private sealed record Sample(int Image, Operation[] Order, float[] Amounts);
}
