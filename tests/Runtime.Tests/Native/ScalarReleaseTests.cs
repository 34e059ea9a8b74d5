using SimClrDsl.Runtime.Native;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Native;

/// <summary>Whether libtorch reads the numbers that it is given, while the garbage collector runs without a pause beside it.</summary>
public sealed class ScalarReleaseTests
{
    [Fact]
    public void Numbers_outlive_the_calls_that_read_them()
    {
        Assert.Equal(TorchLibraries.PathOf(KernelLibrary.Name) is not null, ScalarRelease.IsDelayed);
        var done = false;
        var collector = new Thread(() =>
        {
            while (!Volatile.Read(ref done))
            {
                GC.Collect(0);
            }
        });
        collector.Start();
        try
        {
            for (var round = 0; round < 2_000; round++)
            {
                using var scope = NewDisposeScope();
                var x = ones(8);
                for (var i = 0; i < 10; i++)
                {
                    Assert.Equal(16, x.add(x).sum().item<float>());
                    Assert.Equal(24, x.mul(3.0).sum().item<float>());
                }
            }
        }
        finally
        {
            Volatile.Write(ref done, true);
            collector.Join();
        }
    }
}
