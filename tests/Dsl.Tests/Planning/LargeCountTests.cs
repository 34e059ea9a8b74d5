using System.Reflection;
using SimClrDsl.Planning;
using SimClrDsl.Specs;
using SimClrDsl.Tests.Reading;

namespace SimClrDsl.Tests.Planning;

/// <summary>Counts near and beyond what 32 bits hold, and shares that binary fractions would round wrongly; all figures by hand.</summary>
public sealed class LargeCountTests
{
    private static Spec Imagenet(string more) =>
        SpecSamples.Read(
            $"name: a\ndata: {{ source: imagenet }}\nencoder: {{ resnet: 50 }}\npretrain: {{ memory: {{ use: never }} }}\n{more}"
        );

    // 1,281,167 · 800 = 1,024,933,600; / 4096 = 250,227.9.
    [Fact]
    public void Eight_hundred_epochs_of_imagenet_are_250228_steps() =>
        Assert.Equal(250_228, Plan.Of(Imagenet("")).Pretrain!.Rate.TotalSteps.Value);

    // Two views of 4096 images, three passes: 6 · 4096 · 250,228 · (4,089,184,256 + head) multiply-adds, about 2.5e19, beyond 64 bits'
    // 9.2e18.
    [Fact]
    public void The_cost_of_a_whole_pretraining_is_counted_without_overflow()
    {
        var plan = Plan.Of(Imagenet(""));
        var cost = StageCost.Of(plan).Single();
        var image = (double)plan.Encoder.Cost.MultiplyAdds + plan.Pretrain!.Head.MultiplyAdds;
        Assert.Equal(250_228, cost.Steps);
        Assert.Equal(6.0 * 4096 * 250_228 * image, cost.MultiplyAdds, cost.MultiplyAdds * 1e-12);
        Assert.InRange(cost.MultiplyAdds, 2.4e19, 2.6e19);
    }

    [Theory]
    [InlineData(1_000_000_000, 2, 3_000_000_000.0)]
    [InlineData(1_000_000_000, 1_000_000_000, 3.0)]
    public void Steps_over_as_many_images_as_a_folder_may_have_are_counted_or_refused(int images, int batch, double steps)
    {
        var yaml =
            $"name: a\ndata: {{ source: folder, path: x, image: 32, classes: 2, train_images: {images}, test_images: {images} }}\n"
            + $"encoder: {{ resnet: 18 }}\npretrain: {{ batch: {batch}, epochs: 6 }}\n";
        if (steps > int.MaxValue)
        {
            var error = SpecSamples.ErrorOf(yaml);
            Assert.Equal(("SCLR029", "pretrain.epochs"), (error.Id, error.Path));
            Assert.Contains("makes 3000000001 steps", error.Message, StringComparison.Ordinal);
            return;
        }

        var plan = Plan.Of(SpecSamples.Read(yaml));
        Assert.Equal(7, plan.Pretrain!.Rate.TotalSteps.Value);
        // Two views of a billion images, forward and twice backward.
        var image = (double)plan.Encoder.Cost.MultiplyAdds + plan.Pretrain.Head.MultiplyAdds;
        Assert.Equal(6e9 * 7 * image, StageCost.Of(plan).Single().MultiplyAdds, 1e9);
        Assert.Equal(2_000_000_000, StageCost.Of(plan).Single().AtOnce);
    }

    // Queries and candidates are 2 · 4096 each, and a queue of a billion keys: 6 · 8192 · (8192 + 10⁹) · 128.
    [Fact]
    public void A_queue_of_a_billion_keys_is_counted()
    {
        var load = StageLoad.Of(Plan.Of(Imagenet("").WithMemory(999_997_440))).Single();
        Assert.Equal(6.0 * 8192 * (8192 + 999_997_440.0) * 128, load.LossFlops, 1.0);
    }

    [Theory]
    [InlineData("0.57%", 10_000, 57)]
    [InlineData("1%", 1_281_167, 12_811)]
    [InlineData("10%", 1_281_167, 128_116)]
    [InlineData("0.07%", 10_000, 7)]
    [InlineData("29%", 100, 29)]
    [InlineData("100%", 1_000_000_000, 1_000_000_000)]
    public void A_share_is_rounded_down_from_the_decimal_number_that_is_written(string share, int images, int count)
    {
        var plan = Plan.Of(
            SpecSamples.Read(
                $"name: a\ndata: {{ source: folder, path: x, image: 32, classes: 2, train_images: {images}, "
                    + $"test_images: 9, unlabelled: {share}, labels: 2 }}\n"
                    + "encoder: { resnet: 18 }\npretrain: { batch: 2 , epochs: 1 }\n"
            )
        );
        Assert.Equal(count, plan.Data.Unlabelled);
    }

    // The official code's int(filters · ratio), at least 32: ⌊512 · 0.1⌋ = 51, ⌊64 · 0.1⌋ = 6.
    [Fact]
    public void The_gate_of_a_selective_kernel_is_rounded_down()
    {
        var encoder = EncoderPlan.Of(
            new()
            {
                ResNet = 50,
                SelectiveKernel = true,
                SelectiveKernelRatio = 0.1,
            },
            channels: 3,
            side: 224
        );
        Assert.Equal(
            [32, 32, 32, 51],
            encoder.Groups.Select(static group => Assert.IsType<BlockPlan.Selective>(group.Body).Spatial.Squeezed)
        );
    }

    // With alpha below 1 a step has its labelled images beside the others: teacher and student see 64 + 64.
    [Fact]
    public void Labelled_images_of_a_distillation_cost_as_much_as_the_others()
    {
        const string Yaml =
            "name: a\ndata: { source: synthetic }\nencoder: { resnet: 18 }\npretrain: { batch: 64 }\nfinetune: "
            + "{}\ndistill: { batch: 64, student: { resnet: 18 } }\n";
        var (plain, mixed) = (
            Plan.Of(SpecSamples.Read(Yaml)),
            Plan.Of(SpecSamples.Read(Yaml.Replace("distill: { ", "distill: { alpha: 0.5, ")))
        );
        var (before, after) = (StageCost.Of(plain).Last(), StageCost.Of(mixed).Last());
        Assert.Equal(2 * before.MultiplyAdds, after.MultiplyAdds);
        Assert.Equal((64, 128), (before.AtOnce, after.AtOnce));
        Assert.Equal((64, 128), (StageLoad.Of(plain)[^1].Images, StageLoad.Of(mixed)[^1].Images));
    }

    [Theory]
    [InlineData("data: { source: synthetic, unlabelled: 1e300 }", "SCLR013")]
    [InlineData("data: { source: synthetic, labels: 1e300% }", "SCLR013")]
    [InlineData("data: { source: synthetic, labels: 4294967306 }", "SCLR013")]
    [InlineData("data: { source: synthetic, skip_broken: 1e12 }", "SCLR013")]
    [InlineData("data: { source: synthetic, skip_broken: 0.5 }", "SCLR013")]
    [InlineData("data: { source: synthetic, skip_broken: 0 }", "")]
    [InlineData("data: { source: synthetic, skip_broken: 0.01% }", "")]
    [InlineData("data: { source: synthetic }\npretrain: { batch: 64, optimizer: { warmup: 1e300 } }", "SCLR019")]
    [InlineData("data: { source: synthetic }\nevaluate: { supervised: { steps: 10, optimizer: { warmup: 7 } } }", "SCLR019")]
    [InlineData("data: { source: synthetic }\nevaluate: { supervised: { steps: 10, optimizer: { warmup: 1e20 } } }", "SCLR019")]
    [InlineData("data: { source: synthetic }\npretrain: { batch: 64, microbatch: 1000000000 }", "SCLR050")]
    [InlineData("data: { source: synthetic }\npretrain: { batch: 1000000000, microbatch: 3 }", "SCLR023 SCLR050")]
    [InlineData("data: { source: synthetic }\npretrain: { batch: 2000000000 }", "SCLR007")]
    [InlineData("data: { source: synthetic }\npretrain: { batch: 64, epochs: 2147483647 }", "SCLR029")]
    [InlineData("data: { source: synthetic }\npretrain: { batch: 64, optimizer: { lars: { lr: 1e308 } } }", "SCLR007")]
    [InlineData("data: { source: synthetic }\npretrain: { batch: 64, optimizer: { adam: { beta1: 1 } } }", "SCLR007")]
    [InlineData("data: { source: synthetic }\npretrain: { batch: 64, optimizer: { sgd: { weight_decay: 1e308 } } }", "SCLR007")]
    [InlineData("data: { source: synthetic }\npretrain: { batch: 64, temperature: 1e39 }", "SCLR007")]
    public void Amounts_beyond_every_bound_are_errors_not_exceptions(string yaml, string ids) =>
        Assert.Equal(
            ids,
            string.Join(
                " ",
                SpecSamples
                    .ErrorsOf(SpecSamples.WithStage($"name: a\nencoder: {{ resnet: 18 }}\n{yaml}\n"))
                    .Select(static error => error.Id)
                    .Distinct()
            )
        );

    // Tensors of float32 hold nothing above 3.4e38, and libtorch throws at a larger number. What a number is multiplied with, such as the
    // rate with the weight decay, stays below that too.
    [Fact]
    public void Every_number_of_a_spec_is_one_that_float32_holds()
    {
        var numbers = typeof(Spec)
            .Assembly.GetTypes()
            .SelectMany(static type => type.GetProperties())
            .Where(static property =>
                property.PropertyType == typeof(double)
                || property.PropertyType == typeof(double?)
                || property.PropertyType == typeof(Sequence<double>?)
            )
            .SelectMany(static property => property.GetCustomAttributes<FieldAttribute>().Select(field => (property.Name, field.Max)))
            .ToList();
        Assert.True(numbers.Count > 25, $"{numbers.Count} numbers");
        Assert.All(numbers, static number => Assert.InRange(number.Max, 0, 1e30));
    }
}

file static class SpecMemory
{
    public static Spec WithMemory(this Spec spec, int queue) =>
        spec with
        {
            Pretrain = spec.Pretrain! with
            {
                Memory = new() { Use = MemoryUse.Always, Queue = queue },
            },
        };
}
