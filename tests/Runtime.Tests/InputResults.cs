using LanguageExt;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Tests;

/// <summary>What reading an input gave, where a test knows which of the two it must be.</summary>
internal static class InputResults
{
    /// <summary>The value; the test fails with the error's message if there is none.</summary>
    public static T Value<T>(this Either<InputError, T> input)
    {
        Assert.True(input.Try(out var value, out var error), error?.Message);
        return value!;
    }

    /// <summary>The error's message; the test fails if there is a value.</summary>
    public static string Error<T>(this Either<InputError, T> input)
    {
        Assert.False(input.Try(out var value, out var error), $"There is a value, {value}.");
        return error!.Message;
    }
}
