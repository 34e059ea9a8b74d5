using LanguageExt;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Tests.Files;

public class InputsTests
{
    private static readonly Either<InputError, int> Missing = new InputError("a.bin does not exist.");

    [Fact]
    public void An_input_is_a_value_or_an_error()
    {
        Either<InputError, int> three = 3;

        Assert.True(three.Try(out var value, out var none));
        Assert.Equal((3, null), (value, none));
        Assert.False(Missing.Try(out _, out var error));
        Assert.Equal("a.bin does not exist.", error.Message);
    }

    [Fact]
    public void Control_characters_of_a_name_do_not_reach_the_screen() => Assert.Equal("\\u000a\\u0000", new InputError("\n\0").Message);

    [Fact]
    public void Of_many_inputs_the_first_error_counts_and_nothing_is_read_after_it()
    {
        var read = new List<int>();
        Either<InputError, int> Read(int number)
        {
            read.Add(number);
            return number == 2 ? new InputError("2 is missing.") : number;
        }

        Assert.Equal<int>([1, 3], new[] { 1, 3 }.Select(Read).All().Value());
        Assert.Equal("2 is missing.", new[] { 1, 2, 3 }.Select(Read).All().Error());
        Assert.Equal([1, 3, 1, 2], read);
    }

    [Fact]
    public void Lists_are_one_list_in_their_order_or_the_first_error()
    {
        Either<InputError, List<int>> first = new List<int> { 3, 1 };
        Either<InputError, List<int>> second = new List<int> { 2 };
        Either<InputError, List<int>> missing = new InputError("c is missing.");

        Assert.Equal<int>([3, 1, 2], new[] { first, second }.Together().Value());
        Assert.Equal("c is missing.", new[] { first, missing, second }.Together().Error());
    }

    [Fact]
    public void An_error_is_thrown_and_caught_with_its_message_and_no_other_exception_is_caught()
    {
        Assert.Equal("a.bin does not exist.", Assert.Throws<InputException>(() => Missing.OrThrow()).Message);
        Assert.Equal(Missing, Inputs.Catch(() => Missing.OrThrow()));
        Assert.Throws<InvalidOperationException>(() => Inputs.Catch<int>(static () => throw new InvalidOperationException()));
    }

    [Fact]
    public void A_file_that_cannot_be_read_is_an_error_that_names_it_and_the_reason()
    {
        var read = Inputs.Reading("the list /no/list", static () => File.ReadAllText("/no/list"));

        Assert.Equal("the list /no/list cannot be read: Could not find a part of the path '/no/list'.", read.Error());
    }

    [Fact]
    public void A_file_that_ends_too_early_or_cannot_be_opened_is_an_error_and_an_opened_one_is_closed_again()
    {
        using var folder = new TempFolder();
        var path = folder.File("two");
        File.WriteAllBytes(path, [1, 2]);
        FileStream? opened = null;
        Either<InputError, byte[]> Read(FileStream stream, int count)
        {
            opened = stream;
            var bytes = new byte[count];
            stream.ReadExactly(bytes);
            return bytes;
        }

        Assert.Equal<byte>([1, 2], Inputs.Opening(path, stream => Read(stream, 2)).Value());
        Assert.False(opened!.CanRead);
        Assert.StartsWith($"{path} cannot be read: ", Inputs.Opening(path, stream => Read(stream, 3)).Error(), StringComparison.Ordinal);
        Assert.False(opened.CanRead);
        Assert.StartsWith(
            "/no/file cannot be read: ",
            Inputs.Opening("/no/file", stream => Read(stream, 1)).Error(),
            StringComparison.Ordinal
        );
        Assert.Equal("it is empty.", Inputs.Opening<int>(path, static _ => new InputError("it is empty.")).Error());
    }
}
