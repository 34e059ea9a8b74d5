using SimClrDsl.Native;
using SimClrDsl.Torch.Tests.Memory;
using TorchSharp;
using static TorchSharp.torch;

namespace SimClrDsl.Torch.Tests.Modes;

/// <summary>What TorchSharp's API cannot say.</summary>
[Collection(Alone.Name)]
public sealed class SystemTorchTests
{
    [Fact]
    public void AutocastConvolvesInBFloat16()
    {
        // With fewer outputs oneDNN 3.5 to 3.7 have wrong ones.
        var (x, w) = (randn(2, 3, 8, 8), randn(16, 3, 3, 3, requires_grad: true));
        var plain = nn.functional.conv2d(x, w);
        using (SystemTorch.Autocast(DeviceType.CPU, bfloat16))
        {
            var cast = nn.functional.conv2d(x, w);
            Assert.Equal(bfloat16, cast.dtype);
            Assert.True(cast.to(float32).allclose(plain, rtol: 0.05, atol: 0.1));
            using (SystemTorch.NoAutocast(DeviceType.CPU))
            {
                Assert.Equal(float32, nn.functional.conv2d(x, w).dtype);
            }
            Assert.Equal(bfloat16, nn.functional.conv2d(x, w).dtype);
            // Gradients arrive in the parameters' own type.
            Assert.Equal(float32, autograd.grad([cast.to(float32).sum()], [w])[0].dtype);
        }
        Assert.Equal(float32, nn.functional.conv2d(x, w).dtype);
    }

    [Fact]
    public void ChannelsLastKeepsValues()
    {
        var x = randn(2, 3, 4, 5);
        var last = SystemTorch.ChannelsLast(x);
        Assert.True(SystemTorch.IsChannelsLast(last));
        Assert.False(SystemTorch.IsChannelsLast(x));
        Assert.Equal([60L, 1, 15, 3], last.stride());
        Assert.True(last.Equals(x));
        Assert.Equal(x.data<float>().ToArray(), last.data<float>().ToArray());
        var w = randn(4, 3, 3, 3);
        Assert.True(nn.functional.conv2d(last, w).allclose(nn.functional.conv2d(x, w), atol: 1e-5));
    }

    [Fact]
    public void DeterminismReadsBack()
    {
        Assert.False(SystemTorch.Deterministic);
        SystemTorch.Deterministic = true;
        Assert.True(are_deterministic_algorithms_enabled());
        using (use_deterministic_algorithms(true, warn_only: true))
        {
            Assert.True(is_deterministic_algorithms_warn_only_enabled());
        }
        Assert.False(is_deterministic_algorithms_warn_only_enabled());
        SystemTorch.Deterministic = false;
        Assert.False(SystemTorch.Deterministic);
    }

    // They change nothing on a CPU; each is read back, and leaves the others as they are.
    [Fact]
    public void Settings_of_a_gpu_read_back()
    {
        (Func<bool> Get, Action<bool> Set)[] settings =
        [
            (static () => backends.cuda.matmul.allow_tf32, static value => backends.cuda.matmul.allow_tf32 = value),
            (static () => backends.cudnn.allow_tf32, static value => backends.cudnn.allow_tf32 = value),
            (static () => SystemTorch.CudnnBenchmark, static value => SystemTorch.CudnnBenchmark = value),
            (static () => SystemTorch.CudnnDeterministic, static value => SystemTorch.CudnnDeterministic = value),
        ];
        var before = settings.Select(static setting => setting.Get()).ToList();
        for (var i = 0; i < settings.Length; i++)
        {
            settings[i].Set(!before[i]);
            Assert.Equal(before.Select((value, j) => j == i ? !value : value), settings.Select(static setting => setting.Get()));
            settings[i].Set(before[i]);
        }

        Assert.Equal(before, settings.Select(static setting => setting.Get()));
    }

    [Fact]
    public void ThreadsReadBack()
    {
        var before = get_num_threads();
        set_num_threads(1);
        Assert.Equal(1, get_num_threads());
        set_num_threads(before);
    }

    [Fact]
    public void ForeachOperators()
    {
        Tensor[] xs = [full(2, 3.0), full([2, 2], 4.0)];
        Tensor[] ys = [ones(2), ones(2, 2)];
        Close.To([Math.Sqrt(18)], SystemTorch.ForeachNorm(xs)[0]);
        Close.To([8], SystemTorch.ForeachNorm(xs)[1]);
        SystemTorch.ForeachMul_(xs, 2);
        SystemTorch.ForeachAdd_(xs, ys, -1);
        Close.To([5, 5], xs[0]);
        SystemTorch.ForeachAddcmul_(xs, ys, ys, 3);
        SystemTorch.ForeachAddcdiv_(xs, ys, ys, 2);
        Close.To([10, 10], xs[0]);
        SystemTorch.ForeachLerp_(xs, ys, 0.5);
        Close.To([5.5, 5.5], xs[0]);
        SystemTorch.ForeachAdd_(xs, 3.5);
        Close.To([3, 3], SystemTorch.ForeachSqrt(xs)[0]);
        SystemTorch.ForeachSqrt_(xs);
        SystemTorch.ForeachDiv_(xs, [full(2, 3.0), ones(2, 2)]);
        SystemTorch.ForeachMul_(xs, xs);
        Close.To([1, 1], xs[0]);
        Close.To([3, 3], SystemTorch.ForeachAdd(SystemTorch.ForeachMul(xs, 2), ys)[0]);
        // More tensors than a call's scratch memory holds.
        var many = Enumerable.Range(0, 300).Select(static i => full(1, (double)i)).ToArray();
        SystemTorch.ForeachMul_(many, 2);
        Close.To([598], many[299]);
        SystemTorch.ForeachDiv_(many, 4);
        Close.To([149.5], many[299]);
    }

    [Fact]
    public void AnyOperatorByName()
    {
        Close.To([3, 3], SystemTorch.Call("add", "Tensor", ones(2), ones(2), 2));
        Close.To([0, 1], SystemTorch.Call("arange", "", 2));
        Assert.Equal(3, SystemTorch.CallMany("unbind", "int", zeros(3, 2)).Length);
        var x = ones(2);
        SystemTorch.Run("mul_", "Scalar", x, 4.0);
        Close.To([4, 4], x);
    }

    [Fact]
    public void MemoryInPlace()
    {
        var x = zeros(2, 2);
        SystemTorch.Data<float>(x)[3] = 5;
        Close.To([0, 0, 0, 5], x);
        Assert.Throws<InvalidOperationException>(() => _ = SystemTorch.Data<float>(x.t()[0]));
        Close.To([258, 3], SystemTorch.FromBytes([2, 1, 3, 0], int16, 2));
    }

    [Fact]
    public void VersionText() => Assert.Matches(@"^\d+\.\d+\.\d+", SystemTorch.LibtorchVersion);
}
