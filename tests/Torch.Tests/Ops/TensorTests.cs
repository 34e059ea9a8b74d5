using TorchSharp;
using static TorchSharp.torch;

namespace SimClrDsl.Torch.Tests.Ops;

/// <summary>Arithmetic, reductions, order, comparison, conversion.</summary>
public sealed class TensorTests
{
    private static Tensor Matrix =>
        tensor(
            new float[,]
            {
                { 1, 2 },
                { 3, 4 },
            }
        );

    [Fact]
    public void OperatorsWithNumbersOnEitherSide()
    {
        var x = tensor(new float[] { 1, 2, 4 });
        Close.To([3, 4, 6], x + 2);
        Close.To([3, 4, 6], 2.0 + x);
        Close.To([1, 0, -2], 2 - x);
        Close.To([2, 1, 0.5], 2f / x);
        Close.To([0.5, 1, 2], x / 2);
        Close.To([-1, -2, -4], -x);
        Close.To([1, 0, 0], x % 2);
        Close.To([0, 1, 1], x > 1);
        Close.To([0, 1, 1], (1 < x).@bool() & ~(x == 1));
        Close.To([1, 0, 0], x * 3 == 3);
        Close.To([1, 4, 16], x.pow(2));
        Close.To([2, 4, 16], full(3, 2.0).pow(x));
        Assert.Equal(ScalarType.Float32, (x * 2.0).dtype);
        Assert.Equal(ScalarType.Int64, (arange(3) * 2).dtype);
    }

    [Fact]
    public void InPlaceOperatorsReturnTheSameTensor()
    {
        var x = ones(3);
        Assert.Same(x, x.add_(2).mul_(full(3, 2.0)).sub_(1).div_(5));
        Close.To([1, 1, 1], x);
        Close.To([3, 3, 3], x.addcmul_(ones(3), ones(3), 2));
        Close.To([2, 2, 2], x.lerp_(ones(3), tensor(0.5f)));
        Close.To([0, 0, 0], x.zero_());
        Close.To([7, 7, 7], x.fill_(7));
        Close.To([1, 1, 1], x.copy_(ones(3)));
    }

    [Fact]
    public void Reductions()
    {
        Assert.Equal(10.0, Matrix.sum().ToDouble());
        // sum(0) would be the sum of all elements as ScalarType 0: in C# the literal 0 is also an enum value.
        Close.To([4, 6], Matrix.sum(0L));
        Close.Shape(Matrix.sum([0, 1], keepdim: true), 1, 1);
        Close.To([1.5, 3.5], Matrix.mean([1]));
        Close.To([2.3132617, 4.3132615], Matrix.logsumexp(1));
        Close.To([2.236068, 5], Matrix.norm(1));
        Assert.Equal(Math.Sqrt(30), Matrix.norm().ToDouble(), 1e-5);
        Assert.Equal(1.5275252, tensor(new float[] { 1, 2, 4 }).std().ToDouble(), 1e-5);
        Close.To([0.25, 0.25], Matrix.var(1, unbiased: false));
        Close.To([3, 4], Matrix.max(0).Item1);
        Close.To([3, 4], Matrix.amax([0]));
        Close.To([0, 0], Matrix.min(0).Item2);
        Close.To([1, 3, 3, 7], Matrix.cumsum(1));
        Assert.Equal(3L, Matrix.argmax().ToInt64());
        Assert.True((Matrix > 3).any().ToBoolean());
        Assert.False((Matrix > 3).all().ToBoolean());
        Assert.Equal(ScalarType.Float64, Matrix.sum(ScalarType.Float64).dtype);
        var (variance, mean) = var_mean(Matrix, 0L);
        Close.To([2, 2], variance);
        Close.To([2, 3], mean);
    }

    [Fact]
    public void Order()
    {
        var x = tensor(new float[] { 3, 1, 2 });
        var (values, indices) = x.topk(2);
        Close.To([3, 2], values);
        Close.To([0, 2], indices);
        var (sorted, places) = x.sort();
        Close.To([1, 2, 3], sorted);
        Close.To([1, 2, 0], places);
        Close.To([0, 2, 1], x.argsort(descending: true));
        Close.To([2, 2], x.clamp(max: 2)[TensorIndex.Slice(null, null, 2)]);
        Close.To([2, 1, 2], minimum(x, full_like(x, 2)));
    }

    [Fact]
    public void Comparison()
    {
        var x = tensor(new float[] { 1, float.NaN, float.PositiveInfinity });
        Close.To([0, 1, 0], x.isnan());
        Close.To([1, 0, 0], x.isfinite());
        Close.To([0, 0, 1], isinf(x));
        Close.To([1, 9, 9], where(x.isfinite(), x, full(3, 9.0)));
        Assert.True(Matrix.Equals(Matrix));
        Assert.False(Matrix.Equals(Matrix + 1));
        Assert.False(Matrix.Equals(ones(3)));
    }

    [Fact]
    public void Products()
    {
        Close.To([7, 10, 15, 22], Matrix.mm(Matrix));
        Close.To([7, 10, 15, 22], einsum("ij,jk->ik", Matrix, Matrix));
        Close.To([8, 11, 16, 23], ones(2, 2).addmm(Matrix, Matrix));
        Close.To([5, 11], Matrix.matmul(tensor(new float[] { 1, 2 })));
        Assert.Equal(5.0, tensor(new float[] { 1, 2 }).dot(tensor(new float[] { 1, 2 })).ToDouble());
        Close.Shape(zeros(2, 3, 4).bmm(zeros(2, 4, 5)), 2, 3, 5);
    }

    [Fact]
    public void TypesAndDevices()
    {
        var x = tensor(new float[] { 1.5f, -2 });
        Assert.Equal(ScalarType.Int64, x.to(int64).dtype);
        Close.To([1, -2], x.@long());
        Assert.Equal(ScalarType.BFloat16, x.bfloat16().dtype);
        Assert.Equal(ScalarType.Byte, x.abs().to_type(uint8).dtype);
        Assert.Equal("cpu", x.to(CPU).device.ToString());
        Assert.Equal("float32[2] on cpu", x.ToString());
        Assert.Equal(1, new Device("cuda:1").index);
        Assert.Equal(cuda.device_count() > 0, cuda.is_available());
        var alias = x.to(CPU);
        x.Dispose();
        Close.To([1.5, -2], alias);
    }

    [Fact]
    public void Elements()
    {
        Assert.Equal([1f, 2, 3, 4], Matrix.data<float>().ToArray());
        Assert.Equal([1f, 3, 2, 4], Matrix.t().data<float>().ToArray());
        Assert.Equal(3f, Matrix.data<float>()[1, 0]);
        Assert.Equal(4f, Matrix[1, 1].item<float>());
        Assert.Equal(4, (int)Matrix[1, 1]);
        Assert.Throws<ArgumentException>(() => Matrix.data<double>());
        Assert.Equal(16, Matrix.bytes.Length);
        var access = zeros(2, 3).t().data<float>();
        access.CopyFrom([1, 2, 3, 4, 5, 6]);
        Assert.Equal([1f, 2, 3, 4, 5, 6], access.ToArray());
    }

    [Fact]
    public void CreationFromArrays()
    {
        Close.To(
            [1, 2, 3, 4],
            from_array(
                new double[,]
                {
                    { 1, 2 },
                    { 3, 4 },
                }
            )
        );
        Close.Shape(tensor(new byte[24], [2, 3, 4]), 2, 3, 4);
        Close.To([1, 0], tensor(new[] { true, false }));
        Assert.Equal(ScalarType.Int32, tensor(3).dtype);
        Assert.Equal(ScalarType.Float32, tensor(3f).dtype);
        Assert.Equal(ScalarType.BFloat16, tensor(new float[] { 1 }, dtype: bfloat16).dtype);
        Close.To([0, 0.5, 1], linspace(0, 1, 3));
        Close.To([1, 3], arange(1, 5, 2));
        Assert.Equal(ScalarType.Int64, arange(3).dtype);
        Close.Shape(zeros(2, 3, 4, 5), 2, 3, 4, 5);
        Close.Shape(empty([0]), 0);
        Assert.Throws<ArgumentException>(() => tensor(new float[5], [2, 3]));
        Assert.Throws<NotSupportedException>(() => zeros([1], names: ["batch"]));
    }
}
