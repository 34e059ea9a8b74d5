using SimClrDsl.Runtime.Objectives;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Objectives;

/// <summary>NT-Xent with a memory, against brute force in double precision.</summary>
public sealed class NtXentMemoryTests
{
    private const double Temperature = 0.3;

    [Theory]
    [InlineData(2, 3, 0)]
    [InlineData(2, 3, 5)]
    [InlineData(7, 5, 20)]
    public void Keys_and_queue_are_the_candidates(int images, int width, int queue)
    {
        var (z, k, q) = (Random(2 * images, width, 1), Random(2 * images, width, 2), Random(queue, width, 3));
        var expected = ContrastiveLoss.Of(z.Rows(), k.Rows(), q.Rows(), Temperature);
        Assert.Equal(expected, NtXent.Loss(z, Unit(k), Unit(q), Temperature).Loss.item<float>(), 1e-5);
    }

    [Theory]
    [InlineData(2, 3, 0)]
    [InlineData(6, 5, 20)]
    public void One_direction_has_first_views_as_queries_only(int images, int width, int queue)
    {
        var (z, k, q) = (Random(images, width, 1), Random(images, width, 2), Random(queue, width, 3));
        var expected = ContrastiveLoss.OneWay(z.Rows(), k.Rows(), q.Rows(), Temperature);
        Assert.Equal(expected, NtXent.OneWay(z, Unit(k), Unit(q), Temperature).Loss.item<float>(), 1e-5);
    }

    // Keys of the same rows are the same candidates, seen as numbers.
    [Fact]
    public void With_online_features_the_queue_adds_negatives_to_the_plain_loss()
    {
        var (z, q) = (Random(8, 5, 1), Random(6, 5, 3));
        var expected = ContrastiveLoss.Of(z.Rows(), z.Rows(), q.Rows(), Temperature);
        Assert.Equal(expected, NtXent.Loss(z, Unit(q), Temperature).Loss.item<float>(), 1e-5);
        Assert.True(expected > NtXent.Loss(z, Temperature).Loss.item<float>());
    }

    [Fact]
    public void An_empty_queue_changes_neither_the_loss_nor_its_gradient_to_the_bit()
    {
        var empty = zeros(0, 5);
        float[] Plain(Func<Tensor, (Tensor Loss, Tensor Accuracy)> loss)
        {
            var z = Random(12, 5, 1).requires_grad_(true);
            var (value, accuracy) = loss(z);
            return [value.item<float>(), accuracy.item<float>(), .. autograd.grad([value], [z])[0].Floats()];
        }

        Assert.Equal(Plain(static z => NtXent.Loss(z, Temperature)), Plain(z => NtXent.Loss(z, empty, Temperature)));
    }

    [Fact]
    public void The_gradient_is_that_of_the_queries_alone()
    {
        var (z, k, q) = (Random(6, 4, 1).requires_grad_(true), Random(6, 4, 2), Random(5, 4, 3));
        var gradient = autograd.grad([NtXent.Loss(z, Unit(k), Unit(q), Temperature).Loss], [z])[0].Floats();
        var (rows, keys, queue) = (z.Rows(), k.Rows(), q.Rows());
        for (var i = 0; i < gradient.Length; i++)
        {
            double At(double by)
            {
                var moved = rows.Select(static row => row.ToArray()).ToArray();
                moved[i / 4][i % 4] += by;
                return ContrastiveLoss.Of(moved, keys, queue, Temperature);
            }

            Assert.Equal((At(1e-5) - At(-1e-5)) / 2e-5, gradient[i], 1e-5);
        }
    }

    [Fact]
    public void Accuracy_ranks_the_keys_of_the_batch_and_not_the_queue()
    {
        var (z, queue) = (eye(4, 4), eye(4, 4));
        Assert.Equal(1f, NtXent.OneWay(z, eye(4, 4), queue, Temperature).Accuracy.item<float>());
        var views = cat([z, z]);
        Assert.Equal(1f, NtXent.Loss(views, views, queue, Temperature).Accuracy.item<float>());
        Assert.Equal(0f, NtXent.Loss(views, cat([z, z.roll(1, 0)]), queue, Temperature).Accuracy.item<float>());
    }

    private static Tensor Unit(Tensor rows) => NtXent.Normalize(rows);

    private static Tensor Random(int rows, int width, long seed)
    {
        using var generator = Key.FromSeed(seed).Generator();
        return randn([rows, width], dtype: ScalarType.Float32, generator: generator);
    }
}
