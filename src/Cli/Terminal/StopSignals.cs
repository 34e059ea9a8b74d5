using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using SimClrDsl.Runtime.Distributed;
using SimClrDsl.Runtime.Runs;

namespace SimClrDsl.Cli.Terminal;

/// <summary>
/// Turns the signals that end a program into a request that the run end: it saves where it stands and leaves, with the exit code 128 + the
/// signal's number. A second SIGINT leaves at once. Where nothing is trained at the moment there is nothing to save, and a step that takes
/// too long is not waited for; the program then leaves with the checkpoint that it has.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    // A cluster kills what has not left in time; ten seconds are what the shortest of them leave.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    // Linux and macOS number it differently, and .NET has no name for it.
    private static readonly int UserSignal = OperatingSystem.IsMacOS() ? 30 : 10;

    private const int Interrupt = 2;
    private readonly List<PosixSignalRegistration> registrations = [];
    private volatile int number;

    private StopSignals() { }

    /// <summary>The request, which the run looks for.</summary>
    public StopRequest Request { get; } = new();

    private int ExitCode => Terminal.ExitCode.Signalled + number;

    /// <summary>Listens until it is disposed of.</summary>
    public static StopSignals Listen()
    {
        var signals = new StopSignals();
        signals.Listen(PosixSignal.SIGINT, "SIGINT", Interrupt);
        signals.Listen(PosixSignal.SIGTERM, "SIGTERM", 15);
        if (!OperatingSystem.IsWindows())
        {
            // What SLURM sends before it takes a machine away, where it is asked to: --signal=USR1@90.
            signals.Listen((PosixSignal)UserSignal, "SIGUSR1", UserSignal);
        }

        return signals;
    }

    /// <summary>
    /// Tells that a run has ended early, and puts a job of SLURM that was sent SIGUSR1 back into its queue. Of several ranks the first does
    /// so, whichever of them the signal came to.
    /// </summary>
    /// <returns>The exit code: 128 + the number of the signal.</returns>
    public int Conclude(RunStoppedException stopped, TextWriter errors)
    {
        number = stopped.Signal;
        if (Ranks.IsFirst)
        {
            errors.WriteLine($"simclr: {stopped.Message}; the same command goes on from there.");
            RequeueIfAsked(errors);
        }

        return ExitCode;
    }

    public void Dispose() => registrations.ForEach(static registration => registration.Dispose());

    private void RequeueIfAsked(TextWriter errors)
    {
        if (number == UserSignal && Environment.GetEnvironmentVariable("SLURM_JOB_ID") is { Length: > 0 } job)
        {
            errors.WriteLine(Requeue(job));
        }
    }

    private static string Requeue(string job)
    {
        try
        {
            using var scontrol = Process.Start(new ProcessStartInfo("scontrol", ["requeue", job]))!;
            scontrol.WaitForExit();
            return scontrol.ExitCode == 0
                ? $"simclr: job {job} is back in the queue."
                : string.Create(CultureInfo.InvariantCulture, $"simclr: scontrol requeue {job} ended with {scontrol.ExitCode}.");
        }
        catch (Win32Exception trouble)
        {
            return $"simclr: scontrol requeue {job} cannot be run: {trouble.Message}.";
        }
    }

    private void Listen(PosixSignal signal, string name, int signalNumber) =>
        registrations.Add(PosixSignalRegistration.Create(signal, context => Received(context, name, signalNumber)));

    private void Received(PosixSignalContext context, string name, int signalNumber)
    {
        context.Cancel = true;
        if (number != 0)
        {
            if (signalNumber == Interrupt)
            {
                Leave($"{name} again: nothing more is saved", forGood: true);
            }

            return;
        }

        number = signalNumber;
        Request.Raise(name, signalNumber);
        if (!Request.IsHeeded)
        {
            Leave($"{name}: nothing is being trained that could be saved", forGood: false);
        }

        _ = Task.Delay(Patience)
            .ContinueWith(_ => Leave($"{name}: the step did not end in time to be saved", forGood: false), TaskScheduler.Default);
    }

    private void Leave(string why, bool forGood)
    {
        if (!Console.IsOutputRedirected)
        {
            Console.Out.Write("\u001b[?25h"); // the cursor, which is hidden while a bar is drawn
        }

        if (Ranks.IsFirst)
        {
            Console.Error.WriteLine($"simclr: {why}; the same command goes on from the last checkpoint.");
            if (!forGood)
            {
                RequeueIfAsked(Console.Error);
            }
        }

        Console.Out.Flush();
        Console.Error.Flush();
        if (OperatingSystem.IsWindows())
        {
            Environment.Exit(ExitCode);
        }

        // Without the destructors of libraries whose threads still compute.
        ExitAtOnce(ExitCode);
    }

    [DllImport("libc", EntryPoint = "_exit")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern void ExitAtOnce(int code);
}
