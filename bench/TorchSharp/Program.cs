using SimClrDsl.Bench.Peers;
using SimClrDsl.Runtime.Native;

// PEER FOLDER step|loop STEPS float32|bf16: a peer of './simclr bench' in TorchSharp, which is plain or tuned.

TorchLibraries.Prepare();
try
{
    if (args[0] == "plain")
    {
        PlainPeer.Run(args);
    }
    else
    {
        TunedPeer.Run(args);
    }

    return 0;
}
catch (Exception trouble)
{
    // As Python does it: the reason is the last line.
    Console.Error.WriteLine($"{trouble.StackTrace}\n{trouble.GetType().Name}: {trouble.Message.Split('\n')[0]}");
    return 1;
}
