using System.CommandLine;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Cli.Running;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Execution;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Specs;
using Device = TorchSharp.torch.Device;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr run</c>: trains and evaluates an experiment.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var smoke = new Option<bool>("--smoke") { Description = "Run a shrunken form of the experiment, in seconds." };
        var only = new Option<string?>("--only") { Description = $"Run one stage: {string.Join(", ", StageNames.All)}." };
        var folder = Arguments.Out("Folder of all runs; left out, runs.");
        var again = new Option<bool>("--again")
        {
            Description = "Run every stage from its start, also one that is finished or was interrupted.",
        };
        var device = DeviceOption.Create();
        var profile = new Option<bool>("--profile")
        {
            Description = "Measure where the time of training steps goes: profile.txt and trace.json in the run's folder.",
        };
        var online = OnlineShare();
        var noEvents = new Option<bool>("--no-tensorboard") { Description = "Write no event files for TensorBoard." };
        var (keep, minutes, steps) = (Keep(), Minutes(), Steps());
        var (ranks, timeout, restarts) = (RankCount(), Timeout(), Restarts());
        var command = new Command("run", "Pretrain, evaluate, fine-tune and distil; go on where an interrupted run of the same spec stood.")
        {
            smoke,
            only,
            again,
            folder,
            device,
            profile,
            online,
            noEvents,
            keep,
            minutes,
            steps,
            ranks,
            timeout,
            restarts,
        };
        var choice = ExperimentChoice.For(command);
        command.Runs(parsed =>
            from computing in DeviceOption.Choose(parsed.GetValue(device))
            from code in RankJob.Run(
                parsed.GetValue(ranks),
                TimeSpan.FromMinutes(parsed.GetValue(timeout)),
                computing,
                () =>
                    from chosen in choice.Of(parsed)
                    from choices in Checked(Choices(parsed, computing, chosen.Declared.Folder), parsed.GetValue(restarts))
                    from ended in Run(chosen.Declared.Experiments, choices)
                    select ended
            )
            select code
        );
        return command;

        RunChoices Choices(ParseResult parsed, Device computing, string? specFolder) =>
            new(
                parsed.GetValue(only),
                parsed.GetValue(again),
                computing,
                parsed.GetValue(profile),
                parsed.GetValue(smoke),
                Root: parsed.GetValue(folder) ?? Arguments.RunsFolder
            )
            {
                SpecFolder = specFolder,
                OnlineShare = parsed.GetValue(online),
                TensorBoard = !parsed.GetValue(noEvents),
                Checkpoints = new(parsed.GetValue(keep), TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(steps)),
            };
    }

    private static LanguageExt.Either<InputError, RunChoices> Checked(RunChoices choices, int restarts) =>
        choices.Again && restarts > 0
            ? new InputError("--restarts goes on where a run stopped and --again starts it over: give one of them.")
        : choices.Only is { } only && !StageNames.All.Contains(only)
            ? new InputError($"there is no stage '{only}': {Nearest.Advice(only, StageNames.All)}")
        : choices;

    private static Option<int?> RankCount() =>
        AtLeast(
            1,
            new Option<int?>("--ranks") { Description = "Share the run among so many processes of this machine, by MPI (docs/ranks.md)." },
            null
        );

    private static Option<double> Timeout() =>
        AboveZero(
            new Option<double>("--timeout")
            {
                Description = "Minutes that ranks wait for each other before the run is ended; left out, 10.",
            },
            10
        );

    private static Option<int> Restarts() =>
        AtLeast(
            0,
            new Option<int>("--restarts")
            {
                Description = "How often the launcher starts the ranks again if one is killed or cannot be reached; left out, 0.",
            },
            0
        );

    private static Option<int> Keep() =>
        AtLeast(
            1,
            new Option<int>("--keep")
            {
                Description = $"Number of checkpoints of an unfinished stage that are kept; left out, {CheckpointPolicy.Default.Keep}.",
            },
            CheckpointPolicy.Default.Keep
        );

    private static Option<double> Minutes() =>
        AboveZero(
            new Option<double>("--checkpoint-minutes")
            {
                Description =
                    $"Minutes between two checkpoints of a stage that trains; left out, {CheckpointPolicy.Default.Every.TotalMinutes:0}.",
            },
            CheckpointPolicy.Default.Every.TotalMinutes
        );

    private static Option<double> OnlineShare()
    {
        var option = new Option<double>("--online")
        {
            Description = "Share of pretraining's computation that measuring between epochs may take; 0 for none; left out, 0.02.",
            DefaultValueFactory = static _ => new RunSettings().OnlineShare,
        };
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (>= 0 and <= 1))
            {
                result.AddError($"{option.Name}: give a number from 0 to 1.");
            }
        });
        return option;
    }

    private static Option<double> AboveZero(Option<double> option, double otherwise)
    {
        option.DefaultValueFactory = _ => otherwise;
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double>() is not (> 0 and < 1e6))
            {
                result.AddError($"{option.Name}: give a number above 0.");
            }
        });
        return option;
    }

    private static Option<int?> Steps() =>
        AtLeast(
            1,
            new Option<int?>("--checkpoint-every") { Description = "Make a checkpoint every so many steps instead of every few minutes." },
            null
        );

    private static Option<T> AtLeast<T>(int least, Option<T> option, T otherwise)
    {
        option.DefaultValueFactory = _ => otherwise;
        option.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<T>() is int number && number < least)
            {
                result.AddError($"{option.Name}: give a number of at least {least}.");
            }
        });
        return option;
    }

    // A run that is asked to end saves where it stands.
    private static LanguageExt.Either<InputError, int> Run(IEnumerable<CatalogueEntry> experiments, RunChoices choices)
    {
        using var signals = StopSignals.Listen();
        try
        {
            return experiments.Select(found => Run(found, choices with { Stop = signals.Request })).All().Map(static _ => ExitCode.Done);
        }
        catch (RunStoppedException stopped)
        {
            return signals.Conclude(stopped, Console.Error);
        }
    }

    // A smoke run uses a smaller network, so it must be compiled.
    private static LanguageExt.Either<InputError, RunOutcome> Run(CatalogueEntry found, RunChoices choices)
    {
        var (data, place) = (DataPlan.Of(found.Spec.Data), DataPlace.Anywhere with { SpecFolder = choices.SpecFolder });
        var substitute = choices.Smoke && !Datasets.AreAtHand(data, place);
        var spec = choices.Smoke ? found.Spec.Smoke(ownImages: !substitute && found.Spec.Data.Source != DataSource.Synthetic) : found.Spec;
        WarnOfSubstitute();
        var outcome = Runner.Run(spec, choices.Smoke ? null : found.Compiled, choices, TimeProvider.System);
        outcome.IfRight(_ => WarnOfSubstitute());
        return outcome;

        // A smoke run must work before the user has downloaded 150 GB of images. A user who expects their own images to be used is warned
        // before and after the run.
        void WarnOfSubstitute()
        {
            if (substitute)
            {
                Console.Out.WriteLine(
                    $"{found.Spec.Name}: there is no folder {Datasets.Folder(data, place)}, "
                        + $"so this smoke run trains on made-up images, not on yours."
                );
            }
        }
    }
}
