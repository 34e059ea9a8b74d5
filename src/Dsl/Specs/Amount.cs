using System.Globalization;

namespace SimClrDsl.Specs;

/// <summary>What the number of an <see cref="Amount"/> counts.</summary>
public enum AmountUnit
{
    /// <summary>A number of things: images, or epochs.</summary>
    Count,

    /// <summary>A share of the whole, in percent.</summary>
    Percent,
}

/// <summary>A count or a share of the whole: <c>100</c> or <c>1%</c> in YAML, <c>100</c> or <c>Amount.Percent(1)</c> in C#.</summary>
/// <param name="Value">The number of things, or the percentage.</param>
/// <param name="Unit">Whether <paramref name="Value"/> is a count or a percentage.</param>
public readonly record struct Amount(double Value, AmountUnit Unit)
{
    /// <summary>All of the whole: 100 %.</summary>
    public static Amount All { get; } = new(100, AmountUnit.Percent);

    /// <summary>A number of things.</summary>
    public static Amount Count(double count) => new(count, AmountUnit.Count);

    /// <summary>A share of the whole, from 0 to 100 percent.</summary>
    public static Amount Percent(double percent) => new(percent, AmountUnit.Percent);

    /// <summary>A number is a count.</summary>
    public static implicit operator Amount(int count) => Count(count);

    /// <inheritdoc cref="op_Implicit(int)"/>
    public static implicit operator Amount(double count) => Count(count);

    /// <summary>The count that this amount stands for, out of <paramref name="whole"/> things; not rounded.</summary>
    public double Of(double whole) => Unit == AmountUnit.Percent ? whole * Value / 100 : Value;

    /// <summary>
    /// The same count, computed in decimal fractions, so that rounding it down never loses one: 0.57 % of 10,000 is 57, but in binary
    /// fractions 56.99…. Amounts beyond ±10¹² are treated as ±10¹², which is more than any data set has.
    /// </summary>
    internal decimal Exactly(int whole)
    {
        const double Beyond = 1e12;
        var value = (decimal)Math.Max(-Beyond, Math.Min(Value, Beyond));
        return Unit == AmountUnit.Percent ? whole * value / 100 : value;
    }

    /// <summary>
    /// The whole number of things out of <paramref name="whole"/>: a share is rounded down, as the official 1 % and 10 % lists are. An
    /// amount that makes no sense is clamped to between 0 and 2³¹ − 1, so that the rules can still run and report it.
    /// </summary>
    internal int CountOf(int whole) => (int)decimal.Floor(Math.Max(0, Math.Min(Exactly(whole), int.MaxValue)));

    /// <summary>The amount as YAML writes it: <c>100</c> or <c>1%</c>.</summary>
    public override string ToString() => Value.ToString("R", CultureInfo.InvariantCulture) + (Unit == AmountUnit.Percent ? "%" : "");
}

/// <summary>A closed range of numbers: <c>[0.2, 1.0]</c> in YAML, <c>new(0.2, 1.0)</c> in C#.</summary>
/// <param name="From">The smallest number.</param>
/// <param name="To">The largest number; never below <paramref name="From"/> in a spec that was read.</param>
public readonly record struct Interval(double From, double To)
{
    /// <summary>The range as YAML writes it: <c>[0.2, 1]</c>.</summary>
    public override string ToString() =>
        $"[{From.ToString("R", CultureInfo.InvariantCulture)}, {To.ToString("R", CultureInfo.InvariantCulture)}]";
}
