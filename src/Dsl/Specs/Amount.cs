using System.Globalization;

namespace SimClrDsl.Specs;

/// <summary>How an <see cref="Amount"/> is meant.</summary>
public enum AmountUnit
{
    /// <summary>A number of things: images, or epochs.</summary>
    Count,

    /// <summary>A share of the whole, in percent.</summary>
    Percent,
}

/// <summary>A count or a share of the whole: <c>100</c> or <c>1%</c> in YAML, <c>100</c> or <c>Amount.Percent(1)</c> in C#.</summary>
public readonly record struct Amount(double Value, AmountUnit Unit)
{
    public static Amount All { get; } = new(100, AmountUnit.Percent);

    public static Amount Count(double count) => new(count, AmountUnit.Count);

    public static Amount Percent(double percent) => new(percent, AmountUnit.Percent);

    public static implicit operator Amount(int count) => Count(count);

    public static implicit operator Amount(double count) => Count(count);

    /// <summary>The count this means out of <paramref name="whole"/> things, not rounded.</summary>
    public double Of(double whole) => Unit == AmountUnit.Percent ? whole * Value / 100 : Value;

    /// <summary>
    /// The same as the decimal number it was written as, so that rounding it down never loses a whole thing: 0.57 % of 10,000 is 57, which
    /// binary fractions make 56.99…. An amount beyond 10¹² is taken for 10¹², which is more than there is of anything.
    /// </summary>
    internal decimal Exactly(int whole)
    {
        const double Beyond = 1e12;
        var value = (decimal)Math.Max(-Beyond, Math.Min(Value, Beyond));
        return Unit == AmountUnit.Percent ? whole * value / 100 : value;
    }

    /// <summary>
    /// The number of things this means out of <paramref name="whole"/>: a share is rounded down, as the official 1 % and 10 % lists are. An
    /// amount that is no number of things lies between 0 and 2³¹ − 1 all the same, so that rules can say what is wrong with it.
    /// </summary>
    internal int CountOf(int whole) => (int)decimal.Floor(Math.Max(0, Math.Min(Exactly(whole), int.MaxValue)));

    public override string ToString() => Value.ToString("R", CultureInfo.InvariantCulture) + (Unit == AmountUnit.Percent ? "%" : "");
}

/// <summary>A closed range of numbers: <c>[0.2, 1.0]</c> in YAML, <c>new(0.2, 1.0)</c> in C#.</summary>
public readonly record struct Interval(double From, double To)
{
    public override string ToString() =>
        $"[{From.ToString("R", CultureInfo.InvariantCulture)}, {To.ToString("R", CultureInfo.InvariantCulture)}]";
}
