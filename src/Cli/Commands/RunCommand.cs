using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Runtime;

namespace SimClrDsl.Cli.Commands;

/// <summary><c>simclr run</c>: trains and evaluates an experiment.</summary>
internal static class RunCommand
{
    public static Command Create()
    {
        var experiment = Arguments.Experiment();
        var smoke = new Option<bool>("--smoke") { Description = "Run a shrunken form of the experiment, in seconds." };
        var only = new Option<string?>("--only") { Description = $"Run one stage: {string.Join(", ", Stages.All)}." };
        var seed = new Option<int?>("--seed") { Description = "Use another seed than the spec's.", CustomParser = Seed };
        var folder = Arguments.Out("Folder of all runs; left out, runs.");
        var where = Where.Option();
        var set = Set.Option();
        var again = new Option<bool>("--again") { Description = "Run stages that are finished once more." };
        var device = DeviceOption.Create();
        var benchmark = new Option<bool>("--cudnn-benchmark")
        {
            Description = "On a GPU, let cuDNN take the convolutions it finds fastest: two runs then differ in their last bits.",
        };
        var profile = new Option<bool>("--profile")
        {
            Description = "Measure where the time of training steps goes: profile.txt and trace.json in the run's folder.",
        };
        var command = new Command("run", "Pretrain, evaluate, fine-tune and distil.")
        {
            experiment,
            where,
            set,
            smoke,
            only,
            again,
            seed,
            folder,
            device,
            benchmark,
            profile,
        };
        command.SetAction(parsed =>
        {
            var declared = Catalogue.Open(parsed.GetRequiredValue(experiment));
            var chosen = declared with { Sweep = Where.Apply(declared.Sweep, parsed.GetValue(where) ?? []) };
            var choices = new RunChoices(
                Stage(parsed.GetValue(only)),
                parsed.GetValue(again),
                DeviceOption.Choose(parsed.GetValue(device)),
                parsed.GetValue(benchmark),
                parsed.GetValue(profile),
                parsed.GetValue(smoke),
                Root: parsed.GetValue(folder) ?? "runs"
            )
            {
                SpecFolder = declared.Folder,
            };
            // All of them before the first runs: a setting may be wrong for the last one only.
            var experiments = chosen.Experiments.Select(found => Set.Apply(found, parsed.GetValue(set) ?? [])).ToList();
            foreach (var found in experiments)
            {
                Run(found, parsed.GetValue(seed), choices);
            }

            return ExitCode.Done;
        });
        return command;
    }

    private static string? Stage(string? only) =>
        only is null || Stages.All.Contains(only)
            ? only
            : throw new InputException($"there is no stage '{only}': {Nearest.Advice(only, Stages.All)}");

    internal static int? Seed(ArgumentResult given)
    {
        var text = given.Tokens[0].Value;
        if (int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var seed))
        {
            return seed;
        }

        given.AddError($"--seed is '{text}', but a seed is a whole number from 0 to {int.MaxValue}.");
        return null;
    }

    // A seed changes no code, so the compiled experiment still fits; a smoke run is another network and is compiled anew.
    private static void Run(Found found, int? seed, RunChoices choices)
    {
        var (data, place) = (DataPlan.Of(found.Spec.Data), DataPlace.Anywhere with { SpecFolder = choices.SpecFolder });
        var substitute = choices.Smoke && !Datasets.AreAtHand(data, place);
        var spec = choices.Smoke ? found.Spec.Smoke(ownImages: !substitute && found.Spec.Data.Source != DataSource.Synthetic) : found.Spec;
        Say();
        Runner.Run(seed is { } other ? spec.WithSeed(other) : spec, choices.Smoke ? null : found.Compiled, choices);
        Say();

        // The project's experiments shall show that they run before anyone has downloaded 150 GB. Who expected their own images is told
        // before and after.
        void Say()
        {
            if (substitute)
            {
                Console.Out.WriteLine(
                    $"{found.Spec.Name}: there is no folder {Datasets.Folder(data, place)}, so this smoke run trains on made-up images, not on yours."
                );
            }
        }
    }
}
