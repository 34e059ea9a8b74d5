using System.Diagnostics.CodeAnalysis;
using LanguageExt;

namespace SimClrDsl.Runtime.Files;

/// <summary>Inputs from outside the program that are values or errors.</summary>
public static class Inputs
{
    /// <summary>
    /// Whether there is a value, for functions that need several inputs one after the other:
    /// <c>if (!Read(path).Try(out var bytes, out var error)) { return error; }</c>.
    /// </summary>
    /// <param name="input">The input.</param>
    /// <param name="value">The value, if there is one.</param>
    /// <param name="error">The error, if there is one.</param>
    public static bool Try<T>(
        this Either<InputError, T> input,
        [MaybeNullWhen(false)] out T value,
        [NotNullWhen(false)] out InputError? error
    )
    {
        (value, error) = input.Match<(T?, InputError?)>(Right: static right => (right, null), Left: static left => (default, left));
        return error is null;
    }

    /// <summary>The value. For the inside of a computation, and for an application's use of the packages.</summary>
    /// <param name="input">The input.</param>
    /// <exception cref="InputException">There is an error.</exception>
    public static T OrThrow<T>(this Either<InputError, T> input) =>
        input.Match(Right: static value => value, Left: static error => throw new InputException(error));

    /// <summary>All values, or the first error. What comes after the first error is not read.</summary>
    /// <param name="inputs">The inputs.</param>
    public static Either<InputError, IReadOnlyList<T>> All<T>(this IEnumerable<Either<InputError, T>> inputs)
    {
        var values = new List<T>();
        foreach (var input in inputs)
        {
            if (!input.Try(out var value, out var error))
            {
                return error;
            }

            values.Add(value);
        }

        return values;
    }

    /// <summary>The values of all lists in one list, or the first error. What comes after the first error is not read.</summary>
    /// <param name="inputs">The lists.</param>
    public static Either<InputError, List<T>> Together<T>(this IEnumerable<Either<InputError, List<T>>> inputs) =>
        inputs.All().Map(static lists => lists.SelectMany(static values => values).ToList());

    /// <summary>What a computation gives, or the <see cref="InputException"/> that ended it as a value.</summary>
    /// <param name="computation">The computation.</param>
    public static Either<InputError, T> Catch<T>(Func<T> computation)
    {
        try
        {
            return computation();
        }
        catch (InputException e)
        {
            return e.Error;
        }
    }

    /// <summary>What is read from a file, or that it cannot be read and why.</summary>
    /// <param name="what">The file, for the message: <c>{what} cannot be read: {reason}.</c></param>
    /// <param name="read">Reads it.</param>
    public static Either<InputError, T> Reading<T>(string what, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            return new InputError($"{what} cannot be read: {InputException.Reason(e)}.");
        }
    }

    /// <summary>What is read from an open file, which is closed again, or that it cannot be read and why.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="read">Reads it.</param>
    public static Either<InputError, T> Opening<T>(string path, Func<FileStream, Either<InputError, T>> read) =>
        Reading(
                path,
                () =>
                {
                    using var stream = File.OpenRead(path);
                    return read(stream);
                }
            )
            .Flatten();
}
