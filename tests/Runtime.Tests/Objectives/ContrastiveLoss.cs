using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Tests.Objectives;

/// <summary>Eq. 1 by hand, in double precision, one pair of rows after the other.</summary>
internal static class ContrastiveLoss
{
    /// <summary>The mean of Eq. 1 over all rows; rows i and i + N are the views of one image.</summary>
    internal static double Of(double[][] rows, double temperature)
    {
        var n = rows.Length / 2;
        return Enumerable.Range(0, 2 * n).Average(i => OfAnchor(rows, i, (i + n) % (2 * n), temperature));
    }

    /// <summary>The same with one number moved.</summary>
    internal static double At(double[][] rows, int row, int column, double by, double temperature)
    {
        var moved = rows.Select(static values => values.ToArray()).ToArray();
        moved[row][column] += by;
        return Of(moved, temperature);
    }

    /// <summary>
    /// Against a memory network: the positive of row i is the key of its other view, its negatives are the keys of all other images and the
    /// queue; mean over all views.
    /// </summary>
    internal static double Of(double[][] rows, double[][] keys, double[][] queue, double temperature)
    {
        var n = rows.Length / 2;
        return Enumerable
            .Range(0, 2 * n)
            .Average(i =>
                OfQuery(
                    rows[i],
                    keys[(i + n) % (2 * n)],
                    [.. Enumerable.Range(0, 2 * n).Where(k => k % n != i % n).Select(k => keys[k]), .. queue],
                    temperature
                )
            );
    }

    /// <summary>One direction: first views against the keys of second ones and the queue; mean over first views.</summary>
    internal static double OneWay(double[][] rows, double[][] keys, double[][] queue, double temperature) =>
        Enumerable.Range(0, rows.Length).Average(i => OfQuery(rows[i], keys[i], [.. keys.Where((_, k) => k != i), .. queue], temperature));

    private static double OfQuery(double[] query, double[] positive, double[][] negatives, double temperature)
    {
        double Weight(double[] other) => Math.Exp(Cosine(query, other) / temperature);
        return -Math.Log(Weight(positive) / (Weight(positive) + negatives.Sum(Weight)));
    }

    // ℓ(i, j) = −log exp(sim(i, j) / τ) / Σ_{k ≠ i} exp(sim(i, k) / τ)
    private static double OfAnchor(double[][] rows, int anchor, int partner, double temperature)
    {
        double Weight(int other) => Math.Exp(Cosine(rows[anchor], rows[other]) / temperature);
        return -Math.Log(Weight(partner) / Enumerable.Range(0, rows.Length).Where(k => k != anchor).Sum(Weight));
    }

    private static double Cosine(double[] a, double[] b) => Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));

    private static double Dot(double[] a, double[] b) => a.Zip(b, static (x, y) => x * y).Sum();
}
