using static TorchSharp.torch;

namespace SimClrDsl.Torch.Tests.Ops;

/// <summary>Views, indexing, gathering.</summary>
public sealed class ShapeTests
{
    private static Tensor Cube => arange(24, ScalarType.Float32).reshape(2, 3, 4);

    [Fact]
    public void Views()
    {
        Close.Shape(Cube.view(6, 4), 6, 4);
        Close.Shape(Cube.flatten(1), 2, 12);
        Close.Shape(Cube.permute(2, 0, 1), 4, 2, 3);
        Close.Shape(Cube.unsqueeze(1).squeeze(1), 2, 3, 4);
        Close.Shape(ones(1, 3).expand(5, 3), 5, 3);
        Close.Shape(ones(1, 3).repeat(5, 2), 5, 6);
        Close.To([0, 0, 1, 1], arange(2).repeat_interleave(2));
        Close.To([2, 0, 1], arange(3).roll(1));
        Close.To([2, 1, 0], arange(3).flip(0));
        Assert.False(Cube.transpose(0, 2).is_contiguous());
        Assert.Equal([12L, 4, 1], Cube.stride());
        Assert.Equal(4L, Cube.size(-1));
        Close.Shape(Cube.unfold(2, 2, 1), 2, 3, 3, 2);
    }

    [Fact]
    public void JoiningAndSplitting()
    {
        Close.Shape(cat([zeros(2, 3), ones(1, 3)]), 3, 3);
        Close.Shape(stack([zeros(3), ones(3)], 1), 3, 2);
        Assert.Equal([2L, 2, 1], arange(5).split(2).Select(static part => part.numel()));
        Assert.Equal([1L, 4], arange(5).split([1, 4]).Select(static part => part.numel()));
        Assert.Equal(3, arange(6).chunk(3).Length);
        Assert.Equal(2, Cube.unbind().Length);
    }

    [Fact]
    public void IndexingLikePython()
    {
        // c = arange(24.).reshape(2,3,4)
        Close.To([23], Cube[1, 2, 3]);
        Close.To([20, 21, 22, 23], Cube[-1, -1]);
        Close.To([4, 5, 6, 7, 16, 17, 18, 19], Cube[.., 1]); // c[:, 1]
        Close.To([3, 7, 11, 15, 19, 23], Cube[TensorIndex.Ellipsis, -1]); // c[..., -1]
        Close.To([12, 14], Cube[1, 0, TensorIndex.Slice(0, null, 2)]); // c[1, 0, ::2]
        Close.To([1, 2, 5, 6], Cube[0, ..2, 1..^1]); // c[0, :2, 1:-1]
        Close.Shape(Cube[TensorIndex.None, 0, TensorIndex.Colon], 1, 3, 4);
        Close.To([8, 20], Cube[.., TensorIndex.Tensor(tensor(new long[] { 2 })), 0]); // c[:, [2], 0]
        Close.To([21, 22, 23], Cube[Cube > 20]);
        Close.To([5], Cube[tensor(new long[] { 0 }), tensor(new long[] { 1 }), tensor(new long[] { 1 })]);
        Close.To([4, 16], Cube[TensorIndex.Ellipsis, 0][TensorIndex.Colon, 1]);
        // c[c.sum(2) > 40, 0]: a mask over two dimensions
        Close.To([16, 20], Cube[TensorIndex.Tensor(Cube.sum(2) > 65), 0]);
    }

    [Fact]
    public void AssigningLikePython()
    {
        var x = zeros(2, 3);
        x[0] = ones(3);
        x[1, 2] = 5f;
        x[.., 1] = tensor(new float[] { 7, 8 });
        Close.To([1, 7, 1, 0, 8, 5], x);
        x[x > 6] = tensor(0f);
        Close.To([1, 0, 1, 0, 0, 5], x);
        x.index_put_(2.0, TensorIndex.Single(0), TensorIndex.Slice(1));
        Close.To([1, 2, 2, 0, 0, 5], x);
        x.index_put_(ones(2), [TensorIndex.Tensor(tensor(new long[] { 1, 1 })), TensorIndex.Single(0)], accumulate: true);
        Close.To([1, 2, 2, 2, 0, 5], x);
    }

    [Fact]
    public void Gathering()
    {
        var x = arange(6, ScalarType.Float32).reshape(2, 3);
        Close.To(
            [2, 3],
            x.gather(
                1,
                tensor(
                    new long[,]
                    {
                        { 2 },
                        { 0 },
                    }
                )
            )
        );
        Close.To([0, 2, 3, 5], x.index_select(1, tensor(new long[] { 0, 2 })));
        Close.To([4, 5], x.masked_select(x > 3));
        Close.To([0, 1, 2, 3, -1, -1], x.masked_fill(x > 3, -1));
        Close.To(
            [0, 0, 1, 1, 0, 0],
            zeros(2, 3)
                .scatter(
                    1,
                    tensor(
                        new long[,]
                        {
                            { 2 },
                            { 0 },
                        }
                    ),
                    ones(2, 1)
                )
        );
        Close.To([1, 2], tensor(new float[] { 0, 3, 4 }).nonzero());
        Close.To([9, 1, 9, 9, 4, 9], x.clone().index_fill_(1, tensor(new long[] { 0, 2 }), 9));
        Close.To([0, 3], x.narrow(1, 0, 1));
        Close.To([0, 2, 3, 5], x.slice(1, 0, 3, 2));
    }
}
