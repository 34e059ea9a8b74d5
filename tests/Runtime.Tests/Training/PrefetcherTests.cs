using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Training;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Training;

/// <summary>Batches made while the step before them runs.</summary>
[Collection(nameof(MemoryTests))]
public sealed class PrefetcherTests
{
    private sealed record Batch(int Step, Tensor Values);

    private static Batch Make(int step)
    {
        var values = full([8], step, dtype: ScalarType.Float32, device: CPU);
        return new(step, values.add(1)); // and one tensor that the batch does not hold
    }

    [Fact]
    public void Each_step_has_its_own_batch_and_frees_it()
    {
        using var prefetcher = new Prefetcher<Batch>(Make, until: 50);
        _ = Take(prefetcher, 0);
        for (var step = 1; step < 49; step++)
        {
            Assert.Equal(step + 1, Take(prefetcher, step));
        }
    }

    [Fact]
    public void At_the_end_no_batch_is_left()
    {
        var before = LiveTensors.Settled();
        for (var steps = 1; steps < 10; steps++)
        {
            using var prefetcher = new Prefetcher<Batch>(Make, until: 10);
            for (var step = 0; step < steps; step++)
            {
                _ = Take(prefetcher, step);
            }
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void Steps_may_be_asked_for_in_any_order()
    {
        var before = LiveTensors.Settled();
        using (var prefetcher = new Prefetcher<Batch>(Make, until: 10))
        {
            Assert.Equal([3, 8, 3, 4, 10], new[] { 2, 7, 2, 3, 9 }.Select(step => Take(prefetcher, step)));
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    [Fact]
    public void One_batch_is_made_at_a_time_and_one_lies_ready()
    {
        var (made, making) = (0, 0);
        using var prefetcher = new Prefetcher<Batch>(
            step =>
            {
                Assert.Equal(1, Interlocked.Increment(ref making));
                Thread.Yield();
                Interlocked.Decrement(ref making);
                Interlocked.Increment(ref made);
                return Make(step);
            },
            until: 100
        );
        for (var step = 0; step < 20; step++)
        {
            _ = Take(prefetcher, step);
            Assert.InRange(made, step + 1, step + 2);
        }
    }

    [Fact]
    public void A_fault_surfaces_in_the_step_that_needs_the_batch()
    {
        using var prefetcher = new Prefetcher<Batch>(step => step == 3 ? throw new InputException("three") : Make(step), until: 10);
        Assert.Equal([1, 2, 3], Enumerable.Range(0, 3).Select(step => Take(prefetcher, step)));
        Assert.Equal("three", Assert.Throws<InputException>(() => Take(prefetcher, 3)).Message);
    }

    // Threads within a thread wrap what went wrong; and a disk that fails is the world's trouble, not the program's.
    [Fact]
    public void What_went_wrong_reaches_the_person_as_one_line()
    {
        using var wrapped = new Prefetcher<Batch>(
            static _ => throw new AggregateException(new AggregateException(new InputException("four"))),
            until: 10
        );
        Assert.Equal("four", Assert.Throws<InputException>(() => Take(wrapped, 0)).Message);
        using var unreadable = new Prefetcher<Batch>(static _ => throw new IOException("Input/output error\n on the disk."), until: 10);
        Assert.Equal(
            "the images of step 1 cannot be read: Input/output error  on the disk.",
            Assert.Throws<InputException>(() => Take(unreadable, 0)).Message
        );
    }

    [Fact]
    public void A_fault_of_a_batch_that_nobody_asks_for_is_passed_over()
    {
        var before = LiveTensors.Settled();
        using (var prefetcher = new Prefetcher<Batch>(step => step == 1 ? throw new InputException("one") : Make(step), until: 10))
        {
            _ = Take(prefetcher, 0);
        }

        Assert.Equal(before, Tensor.TotalCount);
    }

    private static float Take(Prefetcher<Batch> prefetcher, int step)
    {
        using var scope = NewDisposeScope();
        var batch = prefetcher.Of(step);
        Assert.Equal(step, batch.Step);
        return batch.Values[0].item<float>();
    }
}
