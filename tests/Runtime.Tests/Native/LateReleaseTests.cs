using System.Reflection;
using System.Runtime.CompilerServices;
using SimClrDsl.Runtime.Native;
using TorchSharp;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Native;

/// <summary>When TorchSharp's tensors and numbers are freed.</summary>
public sealed class LateReleaseTests
{
    [Fact]
    public void Objects_are_freed_late_where_the_kernels_are() =>
        Assert.Equal(TorchLibraries.PathOf(KernelLibrary.Name) is not null, LateRelease.IsInUse);

    [Fact]
    public void A_tensor_that_the_garbage_collector_found_is_freed_later()
    {
        var memory = MemoryOfTensor(dispose: false);
        Assert.True(IsInUse(memory), "the tensor was freed at once");
        var deadline = DateTime.UtcNow.AddMinutes(2);
        while (IsInUse(memory))
        {
            Assert.True(DateTime.UtcNow < deadline, "the tensor was never freed");
            Thread.Sleep(500);
            for (var i = 0; i < 1_000; i++)
            {
                ones(1).Dispose(); // each call frees two objects that have waited long enough
            }
        }
    }

    [Fact]
    public void A_tensor_that_the_program_disposes_of_is_freed_at_once() => Assert.False(IsInUse(MemoryOfTensor(dispose: true)));

    // Freed memory is given to the next that asks for as much, so addresses would repeat.
    [Fact]
    public void A_number_is_freed_later()
    {
        var handle = typeof(Scalar).GetProperty("Handle", BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public)!;
        var addresses = Enumerable
            .Range(0, 100)
            .Select(_ =>
            {
                using var number = 0.5.ToScalar();
                return (nint)handle.GetValue(number)!;
            })
            .ToList();
        Assert.Equal(addresses.Count, addresses.Distinct().Count());
    }

    // The memory of a tensor that reads an array in place; the tensor keeps the array until it is freed.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference MemoryOfTensor(bool dispose)
    {
        var array = new float[8];
        var tensor = frombuffer(array, ScalarType.Float32);
        if (dispose)
        {
            tensor.Dispose();
        }

        return new WeakReference(array);
    }

    private static bool IsInUse(WeakReference memory)
    {
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        return memory.IsAlive;
    }
}
