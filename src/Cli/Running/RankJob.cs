using System.Diagnostics;
using System.Runtime.InteropServices;
using LanguageExt;
using SimClrDsl.Cli.Lookup;
using SimClrDsl.Cli.Terminal;
using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Files;
using static TorchSharp.torch;

namespace SimClrDsl.Cli.Running;

/// <summary>A run as one of several ranks: how it joins the others, which of them speaks, and how all of them end.</summary>
internal static class RankJob
{
    // mpirun may lose what a rank said in the last moment before it ended the others.
    private static readonly TimeSpan UntilHeard = TimeSpan.FromSeconds(1);

    // What goes wrong on every rank is said by rank 0, which ends the others, by SIGTERM, within this time.
    private static readonly TimeSpan FirstSpeaks = TimeSpan.FromSeconds(10);

    /// <summary>Runs a command, as one of several ranks if MPI started this process.</summary>
    /// <param name="asked">The number of <c>--ranks</c>; null where it is left out.</param>
    /// <param name="timeout">How long a collective operation may take.</param>
    /// <param name="device">Where the ranks compute.</param>
    /// <param name="command">The command.</param>
    /// <returns>What the command gives; or that the ranks cannot be joined.</returns>
    public static Either<InputError, int> Run(int? asked, TimeSpan timeout, Device device, Func<Either<InputError, int>> command) =>
        MpiRanks.AreStarted ? MpiRanks.Start(timeout).Bind(ranks => Run(asked, ranks, device, command))
        : asked is null or 1 ? command()
        : new InputError("--ranks is an option of the launcher, which starts the ranks: type ./simclr run.");

    private static Either<InputError, int> Run(int? asked, MpiRanks ranks, Device device, Func<Either<InputError, int>> command)
    {
        Ranks.Join(ranks);
        try
        {
            var result = Fitting(asked, ranks, device).Bind(joined => RunAs(joined, command));
            return Ranks.IsFirst ? result : result.MapLeft(error => AfterTheFirst(ranks, error));
        }
        catch (Exception e) when (!Ranks.IsFirst && e is not RanksFailedException)
        {
            LetTheFirstSpeak();
            throw e is InputException { Error: var error } ? new InputException(OfRank(ranks, error), e) : e;
        }
    }

    private static Either<InputError, MpiRanks> Fitting(int? asked, MpiRanks ranks, Device device) =>
        asked is { } number && number != ranks.Size
            ? new InputError($"--ranks is {number}, but MPI started {ranks.Size}: leave it out where mpirun or srun starts the ranks.")
        : device.type != TorchSharp.DeviceType.CPU ? new InputError("several ranks compute on CPUs only: give --device cpu.")
        : ranks;

    private static Either<InputError, int> RunAs(MpiRanks ranks, Func<Either<InputError, int>> command)
    {
        UseOwnCores(ranks);
        if (!Ranks.IsFirst)
        {
            Console.SetOut(TextWriter.Null);
        }

        return command();
    }

    private static InputError AfterTheFirst(MpiRanks ranks, InputError error)
    {
        LetTheFirstSpeak();
        return OfRank(ranks, error);
    }

    private static void LetTheFirstSpeak()
    {
        using var ended = PosixSignalRegistration.Create(PosixSignal.SIGTERM, static _ => Process.GetCurrentProcess().Kill());
        Thread.Sleep(FirstSpeaks);
    }

    private static InputError OfRank(MpiRanks ranks, InputError error)
    {
        var who = $"rank {ranks.Rank} of {ranks.Size}: ";
        return error is InvalidSpec || error.Message.StartsWith(who, StringComparison.Ordinal) ? error : new(who + error.Message);
    }

    /// <summary>
    /// Leaves the other ranks after a command. All of them end together after the last step, or when a signal asked for it; if the command
    /// failed, this rank ends the others too, since they wait for it.
    /// </summary>
    public static void End(int exitCode)
    {
        if (Ranks.Current.Size == 1)
        {
            return;
        }

        if (exitCode is ExitCode.Done or >= ExitCode.Signalled)
        {
            MpiRanks.Finish();
        }
        else
        {
            Console.Error.Flush();
            Thread.Sleep(UntilHeard);
            TellLauncher(exitCode);
            MpiRanks.Abort(exitCode);
        }
    }

    // The launcher names a file in SIMCLR_ABORTED: mpirun would wait for ever for a host that it cannot reach.
    private static void TellLauncher(int exitCode)
    {
        if (Environment.GetEnvironmentVariable("SIMCLR_ABORTED") is { Length: > 0 } note)
        {
            try
            {
                File.WriteAllText(note, $"{exitCode}\n");
            }
            catch (Exception trouble) when (InputException.IsFileTrouble(trouble)) { } // on another host than the launcher's
        }
    }

    // OMP_NUM_THREADS says otherwise where a person wants it to.
    private static void UseOwnCores(MpiRanks ranks)
    {
        if (Environment.GetEnvironmentVariable("OMP_NUM_THREADS") is null)
        {
            set_num_threads(ranks.Cores);
        }
    }
}
