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
            DefaultValueFactory = static _ => Arguments.RunsFolder,
        };
        var best = new Option<bool>("--best") { Description = "Show the run with the highest accuracy of each result." };
        var command = new Command("runs", "List the runs of a folder.") { folder, best, Clear() };
        command.Runs(parsed => Read(parsed.GetRequiredValue(folder)).Map(runs => Show(runs, parsed.GetValue(best))));
        return command;
    }

    private static int Show(IReadOnlyList<RecordedRun> runs, bool best)
    {
        if (runs.Count == 0)
        {
            Console.Out.WriteLine("no runs");
        }
        else if (!best)
        {
            Console.Out.Write(RunList.Table(runs));
        }
        else if (RunList.Best(runs) is { } table)
        {
            Console.Out.Write(table);
            Console.Out.WriteLine("The highest of several accuracies on test images is too high an estimate: choose on validation images.");
        }
        else
        {
            Console.Out.WriteLine("no run has measured an accuracy yet");
        }

        return ExitCode.Done;
    }

    private static Command Clear()
    {
        var folders = new Argument<string[]>("runs") { Description = "Folders of the runs to delete.", Arity = ArgumentArity.OneOrMore };
        var yes = new Option<bool>("--yes") { Description = "Delete them; left out, nothing is deleted." };
        var command = new Command("clear", "Delete the runs that are named, with their networks.") { folders, yes };
        command.Runs(parsed =>
            from runs in parsed.GetRequiredValue(folders).Select(RecordedRun.Read).All()
            from unused in runs.Select(run => Unused(run, runs)).All()
            from agreed in Agreed(unused, parsed.GetValue(yes))
            from code in Delete(agreed)
            select code
        );
        return command;
    }

    // Another run may rely on a stage of this one, and would have to compute it again.
    private static LanguageExt.Either<InputError, RecordedRun> Unused(RecordedRun run, IReadOnlyList<RecordedRun> deleted)
    {
        var gone = deleted.Select(static one => Path.GetFullPath(one.Folder)).ToHashSet();
        return from all in Read(RunFolder.Of(run.Folder).Root)
            let kept = all.Where(other => !gone.Contains(Path.GetFullPath(other.Folder)))
            from unused in kept.FirstOrDefault(other => other.Stages.Any(stage => stage.TakenFrom == run.Name)) is { } user
                ? LanguageExt.Either<InputError, RecordedRun>.Left(
                    new($"{run.Folder} holds a stage that {user.Folder} has taken over: delete both, or keep both. Nothing is deleted.")
                )
                : run
            select unused;
    }

    private static LanguageExt.Either<InputError, IReadOnlyList<RecordedRun>> Agreed(IReadOnlyList<RecordedRun> runs, bool yes) =>
        yes
            ? runs.ToList()
            : new InputError(
                $"nothing is deleted without --yes; with it these are deleted for good: "
                    + $"{string.Join(", ", runs.Select(static run => OneLine.Of(run.Folder)))}."
            );

    private static LanguageExt.Either<InputError, int> Delete(IReadOnlyList<RecordedRun> runs) =>
        // A run that is under way is not deleted.
        runs.Select(static run => RunLock.Take(RunFolder.Of(run.Folder)).Bind(held => Delete(run, held)))
            .All()
            .Map(static _ => ExitCode.Done);

    private static LanguageExt.Either<InputError, RecordedRun> Delete(RecordedRun run, RunLock held)
    {
        using (held)
        {
            try
            {
                Directory.Delete(run.Folder, recursive: true);
            }
            catch (Exception e) when (InputException.IsFileTrouble(e))
            {
                return new InputError($"{run.Folder} cannot be deleted: {InputException.Reason(e)}.");
            }
        }

        Console.Out.WriteLine($"deleted {OneLine.Of(run.Folder)}");
        return run;
    }

    // A run whose spec this version cannot read is named and passed over.
    private static LanguageExt.Either<InputError, List<RecordedRun>> Read(string folder)
    {
        if (!Directory.Exists(folder))
        {
            return new InputError($"there is no folder {folder}: give the folder of all runs.");
        }

        var runs = new List<RecordedRun>();
        foreach (var path in Directory.EnumerateDirectories(folder).Where(RunReport.IsRun).Order(StringComparer.Ordinal))
        {
            if (RecordedRun.Read(path).Try(out var run, out _))
            {
                runs.Add(run);
            }
            else
            {
                Console.Error.WriteLine($"simclr: {OneLine.Of(path)} is passed over, as its spec cannot be read: 'simclr check' says why.");
            }
        }

        return runs;
    }
}
