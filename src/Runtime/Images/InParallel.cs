using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Images;

/// <summary>Loops over images on all cores.</summary>
internal static class InParallel
{
    /// <summary>Calls <paramref name="each"/> for 0 … <paramref name="count"/> − 1, in any order and on several threads.</summary>
    /// <exception cref="InputException">A call threw one. It is thrown as it is, rather than inside an AggregateException.</exception>
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
