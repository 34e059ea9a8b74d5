using SimClrDsl.Native;
using static TorchSharp.torch;

namespace SimClrDsl.Torch.Tests.Memory;

/// <summary>The large buffers of tensors: each its own, and none lost.</summary>
[Collection(Alone.Name)]
public sealed class BufferTests
{
    [Fact]
    public void BuffersThatComeAndGoInAnyOrderNeverOverlap()
    {
        var random = new Random(7);
        var before = SystemTorch.BufferBytes;
        using (NewDisposeScope())
        {
            var alive = new List<(Tensor Values, long Mark)>();
            for (var turn = 0; turn < 2000; turn++)
            {
                if (alive.Count > 20 || (alive.Count > 0 && random.Next(3) == 0))
                {
                    var i = random.Next(alive.Count);
                    var (values, mark) = alive[i];
                    Assert.Equal((mark, mark), (values.min().item<long>(), values.max().item<long>()));
                    values.Dispose();
                    alive.RemoveAt(i);
                }
                else
                {
                    alive.Add((full([random.Next(20_000, 400_000)], turn, dtype: ScalarType.Int64), turn));
                }
            }

            Assert.All(alive, static one => Assert.True(one.Values.eq(one.Mark).all().item<bool>()));
            Assert.True(SystemTorch.BufferBytes > before);
        }

        Assert.Equal(before, SystemTorch.BufferBytes);
    }

    [Fact]
    public void ThreadsShareThem()
    {
        var before = SystemTorch.BufferBytes;
        Parallel.For(
            0,
            8,
            static thread =>
            {
                using var scope = NewDisposeScope();
                for (var i = 0; i < 200; i++)
                {
                    using var values = full([40_000 + (1000 * i)], thread, dtype: ScalarType.Int64);
                    Assert.True(values.eq(thread).all().item<bool>());
                }
            }
        );
        Assert.Equal(before, SystemTorch.BufferBytes);
    }
}
