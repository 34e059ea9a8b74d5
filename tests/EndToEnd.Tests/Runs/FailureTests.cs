using SimClrDsl.Cli;

namespace SimClrDsl.EndToEnd.Tests.Runs;

/// <summary>What no person's input explains, such as memory that libtorch does not get in a backward pass.</summary>
public sealed class FailureTests
{
    [Fact]
    public void An_unexpected_failure_ends_the_command_with_its_message_and_a_code_of_its_own()
    {
        using var errors = new StringWriter();
        Assert.Equal(1, CommandLine.Guarded(static () => throw new InvalidOperationException("not enough memory\nfor this"), errors));
        Assert.StartsWith("simclr: not enough memory for this\n", errors.ToString(), StringComparison.Ordinal);
        Assert.Contains(
            nameof(An_unexpected_failure_ends_the_command_with_its_message_and_a_code_of_its_own),
            errors.ToString(),
            StringComparison.Ordinal
        );
    }
}
