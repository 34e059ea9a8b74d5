using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Images;

/// <summary>Loops over images on all cores.</summary>
internal static class InParallel
{
    /// <summary>Does <paramref name="each"/> for 0 … <paramref name="count"/> − 1, in any order.</summary>
    /// <exception cref="InputException">One of them met one; what a person reads is that, not that several threads did.</exception>
    public static void For(int count, Action<int> each)
    {
        try
        {
            Parallel.For(0, count, each);
        }
        catch (AggregateException e) when (e.InnerExceptions.OfType<InputException>().FirstOrDefault() is { } first)
        {
            throw first;
        }
    }
}
