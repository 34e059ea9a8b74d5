using SimClrDsl.Runtime.Objectives;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Objectives;

public sealed class ClassificationTests
{
    private static readonly Tensor Student = tensor(
        new float[,]
        {
            { 0.2f, -1.0f, 0.7f },
            { 1.5f, 0.3f, -0.4f },
        }
    );

    private static readonly Tensor Teacher = tensor(
        new float[,]
        {
            { 2.0f, 0.1f, -0.3f },
            { -0.5f, 0.9f, 0.4f },
        }
    );

    [Theory]
    [InlineData(1.0)]
    [InlineData(0.1)]
    [InlineData(2.0)]
    public void Distillation_is_Eq_2_with_the_temperature_on_both_sides_and_no_square_of_it(double temperature)
    {
        var loss = Classification.Distillation(Student, Teacher, temperature).item<float>();
        Assert.Equal(ByHand(temperature, temperature), loss, 1e-5 * Math.Max(1, loss));
        if (temperature != 1)
        {
            Assert.NotEqual(ByHand(1, temperature), loss, 1e-3);
            Assert.NotEqual(ByHand(temperature, 1), loss, 1e-3);
            Assert.NotEqual(ByHand(temperature, temperature) * temperature * temperature, loss, 1e-3);
        }
    }

    // Two classes: the teacher says σ(1) and σ(−1), the student one half each, so Eq. 2 is log 2 whatever the teacher says.
    [Fact]
    public void Distillation_of_an_undecided_student_is_log_2()
    {
        var loss = Classification.Distillation(
            zeros(1, 2),
            tensor(
                new float[,]
                {
                    { 1, 0 },
                }
            ),
            temperature: 1
        );
        Assert.Equal(Math.Log(2), loss.item<float>(), 1e-6);
    }

    // Sharpened without end the teacher says its largest logit's class, class 0 and class 1, and the loss grows as one over the
    // temperature: the student's largest logit less that class's, 0.7 − 0.2 and 1.5 − 0.3, a mean of 0.85.
    [Theory]
    [InlineData(1e-3)]
    [InlineData(1e-10)]
    [InlineData(1e-30)]
    public void At_low_temperatures_distillation_stays_a_number(double temperature)
    {
        var student = Student.clone().requires_grad_(true);
        var loss = Classification.Distillation(student, Teacher, temperature);
        Assert.Equal(0.85, loss.item<float>() * temperature, 1e-5);
        Assert.All(autograd.grad([loss], [student])[0].Floats(), static value => Assert.True(float.IsFinite(value)));
    }

    // Logits so large that their exponentials leave float32: log Σ exp is their largest one.
    [Fact]
    public void Losses_of_large_logits_are_exact()
    {
        var logits = tensor(
            new float[,]
            {
                { 1000, 0, 400 },
                { -1000, 1000, 400 },
            }
        );
        Assert.Equal(1000, Classification.CrossEntropy(logits, tensor([1L, 1])).item<float>() * 2);
        Assert.Equal(0, Classification.CrossEntropy(logits, tensor([0L, 1])).item<float>());

        // With smoothing 0.3: 0.7 · 0 + 0.1 · (0 + 1000 + 600) and 0.7 · 0 + 0.1 · (2000 + 0 + 600), a mean of 210.
        Assert.Equal(210, Classification.CrossEntropy(logits, tensor([0L, 1]), smoothing: 0.3).item<float>(), 1e-3);
    }

    [Fact]
    public void The_gradient_is_the_students_minus_the_teachers_probabilities_over_temperature_and_images()
    {
        const double temperature = 0.5;
        var student = Student.clone().requires_grad_(true);
        var gradient = autograd.grad([Classification.Distillation(student, Teacher, temperature)], [student])[0];
        var expected = ((Student / temperature).softmax(1) - (Teacher / temperature).softmax(1)) / temperature / 2;
        Values.Close(expected.Floats(), gradient.Floats(), 1e-6);
    }

    [Fact]
    public void The_teacher_gets_no_gradient()
    {
        var (student, teacher) = (Student.clone().requires_grad_(true), Teacher.clone().requires_grad_(true));
        var loss = Classification.Distillation(student, teacher, 1);
        Assert.True(autograd.grad([loss], [student, teacher], allow_unused: true)[1].IsInvalid);
    }

    [Fact]
    public void Cross_entropy_is_the_mean_of_minus_log_probabilities()
    {
        var labels = tensor([2L, 0]);
        var logs = Student.Floats().Chunk(3).Zip([2, 0], static (row, label) => -LogSoftmax(row, 1)[label]);
        Assert.Equal(logs.Average(), Classification.CrossEntropy(Student, labels).item<float>(), 1e-6);
    }

    [Fact]
    public void Accuracy_counts_right_labels_and_agreement_counts_the_teachers_choices()
    {
        Assert.Equal(0.5f, Classification.Accuracy(Student, tensor([2L, 1])).item<float>());
        Assert.Equal(0f, Classification.Agreement(Student, Teacher).item<float>());
        Assert.Equal(1f, Classification.Agreement(Student, Student).item<float>());
    }

    // −Σ_y P_T(y|x; τ) · log P_S(y|x; τ), mean over the images.
    private static double ByHand(double ofStudent, double ofTeacher) =>
        Student
            .Floats()
            .Chunk(3)
            .Zip(
                Teacher.Floats().Chunk(3),
                (s, t) => -LogSoftmax(t, ofTeacher).Zip(LogSoftmax(s, ofStudent), static (logT, logS) => Math.Exp(logT) * logS).Sum()
            )
            .Average();

    private static double[] LogSoftmax(float[] row, double temperature)
    {
        var sum = row.Sum(value => Math.Exp(value / temperature));
        return [.. row.Select(value => (value / temperature) - Math.Log(sum))];
    }

    // A target of 1 − s + s/K for the label and s/K for each other class, by hand.
    [Fact]
    public void Smoothed_labels_share_a_part_of_the_target()
    {
        var logits = tensor(new float[] { 1, 2, 3, 0.5f, -1, 4 }).reshape(2, 3);
        var labels = tensor(new long[] { 2, 0 });
        double[][] rows =
        [
            [1, 2, 3],
            [0.5, -1, 4],
        ];
        var expected = rows.Zip(new[] { 2, 0 })
            .Average(static pair =>
            {
                var total = Math.Log(pair.Item1.Sum(Math.Exp));
                return pair.Item1.Select((logit, y) => -((y == pair.Item2 ? 0.7 : 0) + (0.3 / 3)) * (logit - total)).Sum();
            });
        Assert.Equal(expected, Classification.CrossEntropy(logits, labels, smoothing: 0.3).item<float>(), 1e-5);
        Assert.Equal(
            Classification.CrossEntropy(logits, labels).item<float>(),
            Classification.CrossEntropy(logits, labels, smoothing: 0).item<float>()
        );
    }
}
