using System.CommandLine;
using System.Text.Json;
using SimClrDsl.Cli.Printing;
using SimClrDsl.Cli.Running;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Runtime.Execution;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr doctor</c>: says what this machine has for experiments, and what to do about what it lacks.</summary>
internal static class DoctorCommand
{
    public static Command Create()
    {
        var json = Arguments.Json();
        var folder = Arguments.Out("Folder of the runs, whose disk is looked at; left out, the current folder.");
        var command = new Command("doctor", "Look at this machine: processor, precision, kernels, memory, disk, data sets, versions.")
        {
            json,
            folder,
        };
        command.SetAction(parsed =>
        {
            Computation.UseAllCores();
            var findings = MachineCheck.Findings(parsed.GetValue(folder) ?? ".").ToList();
            if (parsed.GetValue(json))
            {
                Console.Out.WriteLine(
                    JsonSerializer.Serialize(
                        findings.Select(static one => new
                        {
                            one.Subject,
                            Health = Word(one.Health),
                            one.State,
                            one.Advice,
                        }),
                        PlanJson.Options
                    )
                );
            }
            else
            {
                findings.SelectMany(Lines).ToList().ForEach(Console.Out.WriteLine);
            }

            return findings.Any(static one => one.Health == Health.Missing) ? ExitCode.Failed : ExitCode.Done;
        });
        return command;
    }

    private static IEnumerable<string> Lines(Finding finding)
    {
        yield return $"{Word(finding.Health), -8} {finding.Subject, -14} {OneLine.Of(finding.State)}";
        if (finding.Advice is { } advice)
        {
            yield return $"{"", -23} → {advice}";
        }
    }

    private static string Word(Health health) =>
        health switch
        {
            Health.Good => "ok",
            Health.Note => "note",
            _ => "missing",
        };
}
