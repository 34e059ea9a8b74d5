using SimClrDsl.Cli;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.EndToEnd.Tests.Harness;

namespace SimClrDsl.EndToEnd.Tests.Documentation;

/// <summary>
/// The commands of README and docs/. All of them are parsed: the command and its options exist, and its words are ones that it takes. Those
/// of the tutorial are run (<see cref="TutorialTests"/>), and so are those that take seconds and need no data that the reader brings. Only
/// parsed are <c>run</c>, <c>plan --time</c>, <c>bench</c>, <c>test</c>, <c>scale</c> and <c>export --check</c>, which take minutes;
/// <c>mistakes</c>, <c>torture</c>, <c>pack</c> and <c>packages</c>, which the launcher handles; and commands on files and runs of the
/// reader's own.
/// </summary>
public sealed class CommandTests
{
    private const string Spec = "my-experiment.yaml";

    private static readonly string[] QuickOnASpec = ["check", "plan", "emit", "augment"];

    [Fact]
    public void Every_command_of_the_pages_is_one_that_the_program_takes()
    {
        var launcher = File.ReadAllText(Path.Combine(Built.Repository, "simclr"));
        var commands = DocumentedCommand.All.Where(static command => command.Words.Length > 0).ToList();
        var (inBlocks, inSentences) = (
            commands.Count(static command => command.IsInBlock),
            commands.Count(static command => !command.IsInBlock)
        );
        Assert.True(inBlocks > 50 && inSentences > 15, $"{inBlocks} commands found in blocks and {inSentences} in sentences");
        var faults = commands
            .Where(static command => !IsMention(command))
            .Select(command => (command, Fault: Fault(command.Words, launcher)))
            .Where(static one => one.Fault is not null);
        Assert.Empty(faults.Select(static one => $"{one.command}: {one.Fault}"));
    }

    [Theory]
    [InlineData("run fashion-mnist --sed 2", "there is no option '--sed'")]
    [InlineData("pln fashion-mnist", "there is no command 'pln'")]
    [InlineData("run fashion-mnist --seed two", "--seed is 'two'")]
    [InlineData("bench --rouns 9", "there is no option '--rouns'")]
    [InlineData("mistake", "there is no command 'mistake'")]
    public void A_command_that_the_program_does_not_take_is_told(string words, string fault) =>
        Assert.StartsWith(fault, Fault(words.Split(' '), launcher: ""));

    [Fact]
    public void The_quick_commands_on_the_specs_of_the_pages_do_what_they_say()
    {
        foreach (var page in DocumentedCommand.All.GroupBy(static command => command.Page))
        {
            var quick = page.Where(static command =>
                    command.Words is [var verb, Spec, ..] && QuickOnASpec.Contains(verb) && !command.Words.Contains("--time")
                )
                .ToList();
            if (quick.Count > 0)
            {
                var text = DocumentedCommand.Block(page.Key, page.Key == "README.md" ? $"# {Spec}" : "name: my-experiment");
                using var place = new Workplace().With(Spec, text);
                quick.ForEach(command => Succeeds(place, command));
            }
        }
    }

    [Fact]
    public void Quick_commands_that_need_no_spec_do_what_they_say()
    {
        string[][] quick =
        [
            ["list", "paper"],
            ["doctor"],
            ["--help"],
            ["--version"],
        ];
        using var place = new Workplace();
        var commands = DocumentedCommand.All.Where(command => quick.Any(words => words.SequenceEqual(command.Words))).ToList();
        Assert.Equal(quick.Length, commands.Select(static command => string.Join(' ', command.Words)).Distinct().Count());
        commands.DistinctBy(static command => string.Join(' ', command.Words)).ToList().ForEach(command => Succeeds(place, command));
    }

    // Whether a sentence only mentions a command, without what it is applied to.
    private static bool IsMention(DocumentedCommand command) =>
        !command.IsInBlock && command.Words is [var verb] && CommandLine.Commands().Subcommands.Any(known => known.Name == verb);

    private static void Succeeds(Workplace place, DocumentedCommand command)
    {
        var outcome = place.Simclr(command.Words);
        Assert.True(outcome.ExitCode == 0, $"{command}: exit code {outcome.ExitCode}\n{outcome.Errors}");
    }

    // What is wrong with a command; null if nothing is.
    private static string? Fault(string[] words, string launcher) =>
        words is ["COMMAND", "--help"] or ["--version"] ? null
        : launcher.Contains($"\"${{1:-}}\" = {words[0]} ]", StringComparison.Ordinal) && words[0] is not ("bench" or "test") ? null
        : Usage.Fault((words[0] == "bench" ? Bench.Commands.All : CommandLine.Commands()).Parse(words));
}
