using SimClrDsl.Runtime.Native;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Specs;

namespace SimClrDsl.Runtime.Augment;

/// <summary>The random colour distortions of a batch.</summary>
/// <param name="Count">Number of operations per image.</param>
/// <param name="Operations">The operations of image i, in order, start at index i · <paramref name="Count"/>.</param>
/// <param name="Amounts">The amount of each operation: a factor, a summand, or for hue a number of turns.</param>
internal sealed record ColourDraws(int Count, ColourOperation[] Operations, float[] Amounts)
{
    /// <summary>Draws the distortions of a batch. Those of image i depend on the key and i only.</summary>
    internal static ColourDraws Of(Key key, int images, int channels, double strength, double probability, Brightness brightness)
    {
        var count = channels == 1 ? 2 : 4;
        var (operations, amounts) = (new ColourOperation[images * count], new float[images * count]);
        Span<int> order = stackalloc int[count];
        for (var i = 0; i < images; i++)
        {
            var draws = key.At(key.Sample(i));
            if (draws.Uniform(0) >= probability)
            {
                operations[i * count] = ColourOperation.None;
                continue;
            }

            draws.At("order").Permutation(order);
            for (var turn = 0; turn < count; turn++)
            {
                var operation = (ColourOperation)order[turn];
                if (operation == ColourOperation.Brightness && brightness == Brightness.Add)
                {
                    operation = ColourOperation.AddBrightness;
                }

                operations[(i * count) + turn] = operation;
                amounts[(i * count) + turn] = (float)Amount(operation, draws, strength);
            }
        }

        return new(count, operations, amounts);
    }

    private static double Amount(ColourOperation operation, Key draws, double strength)
    {
        var (spread, turn) = (0.8 * strength, 0.2 * strength);
        return operation switch
        {
            ColourOperation.AddBrightness => draws.Uniform(1, -spread, spread),
            ColourOperation.Brightness => draws.Uniform(1, Math.Max(1 - spread, 0), 1 + spread),
            ColourOperation.Contrast => draws.Uniform(2, 1 - spread, 1 + spread),
            ColourOperation.Saturation => draws.Uniform(3, 1 - spread, 1 + spread),
            _ => draws.Uniform(4, -turn, turn),
        };
    }
}
