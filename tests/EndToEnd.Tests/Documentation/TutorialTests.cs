using System.Text.RegularExpressions;
using SimClrDsl.EndToEnd.Tests.Harness;

namespace SimClrDsl.EndToEnd.Tests.Documentation;

/// <summary>
/// docs/tutorial.md, typed from top to bottom in an empty folder. In the spec that <c>new</c> writes, epochs and steps are made 1 and the
/// images 16 pixels wide, so that training takes seconds; every command is as on the page. The sample is left to <c>./simclr packages</c>,
/// which builds it and asks it.
/// </summary>
public sealed partial class TutorialTests
{
    private const string Page = "docs/tutorial.md";
    private const string Spec = "my-pictures.yaml";

    [Fact]
    public void Every_command_does_what_the_page_says()
    {
        using var place = new Workplace();
        var commands = DocumentedCommand.Of(Page).Where(static command => command.IsInBlock).ToList();
        foreach (var command in commands)
        {
            var outcome = Run(command, place);
            Assert.True(outcome.ExitCode == 0, $"{command}: exit code {outcome.ExitCode}\n{outcome.Errors}");
            if (command.Words is ["new", ..])
            {
                File.WriteAllText(place.At(Spec), Image().Replace(Length().Replace(place.Read(Spec), "$1: 1"), "image: 16"));
            }
        }

        string[] verbs =
        [
            .. commands.Select(static command => command.Words).Where(static words => words.Length > 0).Select(static words => words[0]),
        ];
        string[] taught = ["new", "check", "plan", "augment", "run", "runs", "report", "predict", "embed", "export"];
        Assert.Equal(taught, verbs);
        Assert.True(File.Exists(place.At("my-pictures.onnx")));
        Assert.Single(Directory.GetFiles(place.At("reports"), "*.html"));
    }

    private static Outcome Run(DocumentedCommand command, Workplace place)
    {
        var words = command.Text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return words[0] switch
        {
            "./simclr" => place.Simclr(command.Words),
            "python3" => Processes.Run(
                Environment.GetEnvironmentVariable("SIMCLR_PYTHON") ?? "/usr/bin/python3",
                [Path.Combine(Built.Repository, words[1]), .. words[2..]],
                place.Path,
                new Dictionary<string, string?>()
            ),
            _ when command.Text.Contains("OnnxServing", StringComparison.Ordinal) || words[0] == "curl" => new(0, "", ""),
            _ => throw new InvalidOperationException($"{command}: what is this to run?"),
        };
    }

    // Keys of training that say how long it takes; the batches stay as they are.
    [GeneratedRegex(@"\b(epochs|steps|evaluate_every): \d+")]
    private static partial Regex Length();

    [GeneratedRegex(@"\bimage: \d+")]
    private static partial Regex Image();
}
