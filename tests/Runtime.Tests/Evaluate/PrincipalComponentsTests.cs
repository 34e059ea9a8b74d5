using SimClrDsl.Runtime.Evaluate;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Evaluate;

/// <summary>The plane that shows most of the differences of features.</summary>
public sealed class PrincipalComponentsTests
{
    [Fact]
    public void Rows_in_a_plane_keep_their_distances_and_all_of_their_variance()
    {
        using var scope = NewDisposeScope();
        // 40 points of a plane in six dimensions, off the origin.
        var generator = new Generator(1);
        var rows = randn(40, 2, generator: generator).mm(randn(2, 6, generator: generator)) + 3;
        var plane = PrincipalComponents.Of(rows);
        Assert.Equal(1, plane.First + plane.Second, 6);
        Assert.True(plane.First > plane.Second);
        foreach (var (i, j) in new[] { (0, 1), (5, 30), (12, 39) })
        {
            var distance = (rows[i] - rows[j]).norm().item<float>();
            var (a, b) = (plane.Points[i], plane.Points[j]);
            Assert.Equal(distance, Math.Sqrt(Math.Pow(a.X - b.X, 2) + Math.Pow(a.Y - b.Y, 2)), 4);
        }
    }

    [Fact]
    public void Shares_are_of_the_variance_in_all_dimensions()
    {
        using var scope = NewDisposeScope();
        var plane = PrincipalComponents.Of(
            tensor(
                new[,]
                {
                    { 3f, 0, 0 },
                    { -3, 0, 0 },
                    { 0, 2, 0 },
                    { 0, -2, 0 },
                    { 0, 0, 1 },
                    { 0, 0, -1 },
                }
            )
        );
        Assert.Equal(9.0 / 14, plane.First, 9);
        Assert.Equal(4.0 / 14, plane.Second, 9);
    }

    [Fact]
    public void Rows_that_are_all_equal_lie_on_one_point() =>
        Assert.All(PrincipalComponents.Of(ones(3, 4)).Points, static point => Assert.Equal((0, 0), point));
}
