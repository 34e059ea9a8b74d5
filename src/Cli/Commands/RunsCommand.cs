using System.CommandLine;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Cli.Printing;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Runs;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr runs</c>: lists the runs of a folder, shows the best, and deletes those that are named.</summary>
internal static class RunsCommand
{
    public static Command Create()
    {
        var folder = new Argument<string>("folder")
        {
            Description = "Folder of all runs; left out, runs.",
            DefaultValueFactory = static _ => "runs",
        };
        var best = new Option<bool>("--best") { Description = "Show the run with the highest accuracy of each result." };
        var command = new Command("runs", "List the runs of a folder.") { folder, best, Clear() };
        command.SetAction(parsed =>
        {
            var runs = Read(parsed.GetRequiredValue(folder));
            if (runs.Count == 0)
            {
                Console.Out.WriteLine("no runs");
            }
            else if (!parsed.GetValue(best))
            {
                Console.Out.Write(RunList.Table(runs));
            }
            else if (RunList.Best(runs) is { } table)
            {
                Console.Out.Write(table);
                Console.Out.WriteLine(
                    "The highest of several accuracies on test images is too high an estimate: choose on validation images."
                );
            }
            else
            {
                Console.Out.WriteLine("no run has measured an accuracy yet");
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static Command Clear()
    {
        var folders = new Argument<string[]>("runs") { Description = "Folders of the runs to delete.", Arity = ArgumentArity.OneOrMore };
        var yes = new Option<bool>("--yes") { Description = "Delete them; left out, nothing is deleted." };
        var command = new Command("clear", "Delete the runs that are named, with their networks.") { folders, yes };
        command.SetAction(parsed =>
        {
            var runs = parsed.GetRequiredValue(folders).Select(RecordedRun.Read).ToList();
            runs.ForEach(run => RequireUnused(run, runs));
            if (!parsed.GetValue(yes))
            {
                var names = string.Join(", ", runs.Select(static run => OneLine.Of(run.Folder)));
                throw new InputException($"nothing is deleted without --yes; with it these are deleted for good: {names}.");
            }

            runs.ForEach(Delete);
            return ExitCode.Done;
        });
        return command;
    }

    // Another run may rely on a stage of this one, and would have to compute it again.
    private static void RequireUnused(RecordedRun run, IReadOnlyList<RecordedRun> deleted)
    {
        var kept = deleted.Select(static one => Path.GetFullPath(one.Folder)).ToHashSet();
        var user = Read(RunFolder.Of(run.Folder).Root)
            .Where(other => !kept.Contains(Path.GetFullPath(other.Folder)))
            .FirstOrDefault(other => other.Stages.Any(stage => stage.TakenFrom == run.Name));
        if (user is not null)
        {
            throw new InputException(
                $"{run.Folder} holds a stage that {user.Folder} has taken over: delete both, or keep both. Nothing is deleted."
            );
        }
    }

    private static void Delete(RecordedRun run)
    {
        // A run that is under way is not deleted.
        using (RunLock.Take(RunFolder.Of(run.Folder)))
        {
            try
            {
                Directory.Delete(run.Folder, recursive: true);
            }
            catch (Exception e) when (InputException.IsFileTrouble(e))
            {
                throw new InputException($"{run.Folder} cannot be deleted: {InputException.Reason(e)}.", e);
            }
        }

        Console.Out.WriteLine($"deleted {OneLine.Of(run.Folder)}");
    }

    // A run whose spec this version cannot read is named and passed over.
    private static List<RecordedRun> Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            throw new InputException($"there is no folder {folder}: give the folder of all runs.");
        }

        var runs = new List<RecordedRun>();
        foreach (var path in Directory.EnumerateDirectories(folder).Where(RunReport.IsRun).Order(StringComparer.Ordinal))
        {
            try
            {
                runs.Add(RecordedRun.Read(path));
            }
            catch (Exception e) when (e is InputException or SpecException)
            {
                Console.Error.WriteLine($"simclr: {OneLine.Of(path)} is passed over, as its spec cannot be read: 'simclr check' says why.");
            }
        }

        return runs;
    }
}
