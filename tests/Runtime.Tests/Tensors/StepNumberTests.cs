using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Tensors;

/// <summary>Numbers that the host knows, and the same ones as tensors.</summary>
public sealed class StepNumberTests
{
    private delegate StepNumber Arithmetic(StepNumber x, StepNumber y);

    private static readonly (string Words, Arithmetic Of)[] Operations =
    [
        ("sum", static (x, _) => x + 2.5),
        ("difference", static (x, _) => 1 - x),
        ("product", static (x, _) => x * -0.25),
        ("quotient", static (x, y) => x / y),
        ("root", static (x, _) => x.Sqrt()),
        ("power", static (x, _) => StepNumber.Pow(0.9, x)),
        ("bias correction", static (x, y) => y * -1 / (1 - StepNumber.Pow(0.999, x + 1))),
    ];

    [Fact]
    public void Tensors_give_what_numbers_give()
    {
        foreach (var (words, of) in Operations)
        {
            var expected = of(3, 0.7).Known ?? throw new InvalidOperationException("Two numbers give a number.");
            foreach (var (x, y) in new[] { (Unread(3), Unread(0.7)), (3, Unread(0.7)), (Unread(3), 0.7) })
            {
                var result = of(x, y);
                Assert.True(Math.Abs(expected - Value(result)) <= 1e-15 * Math.Abs(expected), $"{words}: {Value(result)}, not {expected}");
            }

            Assert.Null(of(Unread(3), Unread(0.7)).Known);
        }
    }

    [Fact]
    public void A_number_is_a_tensor_where_one_is_needed()
    {
        var tensor = ((StepNumber)0.1).As(float32, CPU);
        Assert.Equal((0, float32, 0.1f), (tensor.dim(), tensor.dtype, tensor.item<float>()));
        Assert.Equal(7, Unread(7).As(int64, CPU).item<long>());
    }

    [Fact]
    public void A_queue_takes_its_keys_at_a_place_that_only_the_device_knows()
    {
        for (var step = 0; step < 5; step++)
        {
            var known = MemoryNetwork.Enqueue(zeros(6, 1), ones(2, 1), step).Floats();
            Assert.Equal(known, MemoryNetwork.Enqueue(zeros(6, 1), ones(2, 1), Unread(step)).Floats());
        }
    }

    private static StepNumber Unread(double value) => StepNumber.Of(tensor(value, dtype: float64));

    private static double Value(StepNumber number) => number.As(float64, CPU).item<double>();
}
