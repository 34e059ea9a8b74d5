using System.Text.Json;

namespace SimClrDsl.EndToEnd.Tests.Harness;

/// <summary>What a finished command left: exit code and both outputs.</summary>
internal sealed record Outcome(int ExitCode, string Output, string Errors)
{
    public IReadOnlyList<string> ErrorLines => Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public IReadOnlyList<string> OutputLines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>The output as JSON.</summary>
    public JsonElement Json => JsonDocument.Parse(Output).RootElement;

    /// <summary>Asserts that the command did what it was asked to, and had nothing to complain about.</summary>
    public Outcome Succeeded()
    {
        Assert.True(ExitCode == 0 && Errors.Length == 0, $"exit code {ExitCode}\n{Errors}\n{Output}");
        return this;
    }

    /// <summary>Asserts that the command refused bad input: exit code 2, the given number of lines, no stack trace.</summary>
    public Outcome Refused(int lines = 1)
    {
        Assert.True(ExitCode == 2, $"exit code {ExitCode}\n{Errors}\n{Output}");
        Assert.True(ErrorLines.Count == lines, $"{ErrorLines.Count} lines instead of {lines}:\n{Errors}");
        Assert.DoesNotContain("Exception", Errors, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"(?m)^\s+at ", Errors);
        return this;
    }

    /// <summary>Asserts that the errors hold all of the given texts.</summary>
    public Outcome Says(params string[] texts)
    {
        Assert.All(texts, text => Assert.Contains(text, Errors, StringComparison.Ordinal));
        return this;
    }

    /// <summary>Asserts that the output holds all of the given texts.</summary>
    public Outcome Shows(params string[] texts)
    {
        Assert.All(texts, text => Assert.Contains(text, Output, StringComparison.Ordinal));
        return this;
    }
}
