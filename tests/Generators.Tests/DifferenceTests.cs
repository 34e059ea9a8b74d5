using SimClrDsl.Generators.Tests.Harness;

namespace SimClrDsl.Generators.Tests;

/// <summary>The design's table (section 6): what a reviewer sees when a spec changes.</summary>
public sealed class DifferenceTests
{
    private const string All = "Stem Group1Entry Group1Body Group2Entry Group2Body Group3Entry Group3Body Group4Entry Group4Body";

    private static readonly IReadOnlyDictionary<string, string> Before = Texts.Reviewed(Texts.ResNet50);

    // How many lines of each file are new: all that a reviewer must read. The files Trees and Spec follow from the spec and the others.
    [Theory]
    [InlineData("temperature: 0.1", "temperature: 0.5", 1, 0, 1, 1, 1)]
    [InlineData("resnet: 50", "resnet: 101", 4, 1, 0, 1, 1)]
    [InlineData("width: 1", "width: 2", 14, 80, 0, 1, 1)]
    [InlineData("selective_kernel: false", "selective_kernel: true", 14, 57, 0, 14, 1)]
    public void A_change_of_the_spec_changes_so_many_lines(
        string from,
        string to,
        int experiment,
        int networks,
        int steps,
        int trees,
        int spec
    )
    {
        var after = Texts.Reviewed(Texts.ResNet50.Replace(from, to));
        var changed = Before.ToDictionary(static file => file.Key, file => Lines.Added(file.Value, after[file.Key]));
        Assert.Equal(
            new Dictionary<string, int>
            {
                ["Experiment"] = experiment,
                ["Networks"] = networks,
                ["Steps"] = steps,
                ["Trees"] = trees,
                ["Spec"] = spec,
            },
            changed
        );
    }

    [Fact]
    public void Depth_changes_one_block_count_and_the_totals()
    {
        var after = Texts.Reviewed(Texts.ResNet50.Replace("resnet: 50\n", "resnet: 101\n"));
        AssertOnlyChanged(after, "Experiment", "Networks", "Trees", "Spec");
        Assert.Equal(["Group3Body: Chain.Init(key.At(6), count: 5, Group3Body.Init),"], Gone(after, "Networks"));
        Assert.Equal(["Group3Body: Chain.Init(key.At(6), count: 22, Group3Body.Init),"], Come(after, "Networks"));
        Assert.Empty(Come(after, "Experiment"));
        Assert.Equal(["resnet: 101"], Come(after, "Spec"));
        // The table on top: its title, the group, the total, the total with statistics.
        Assert.Equal(4, Header(after["Experiment"]).Except(Header(Before["Experiment"])).Count());
    }

    [Fact]
    public void Width_changes_numbers_and_no_structure()
    {
        var after = Texts.Reviewed(Texts.ResNet50.Replace("width: 1\n", "width: 2\n"));
        foreach (var (part, text) in Before)
        {
            Assert.Equal(Lines.Unnumbered(Lines.Body(Code(text))), Lines.Unnumbered(Lines.Body(Code(after[part].Replace(" ×2", "")))));
        }
    }

    [Fact]
    public void Width_changes_no_structure_of_small_networks_either()
    {
        var (narrow, wide) = (Texts.Reviewed(Texts.FashionMnist), Texts.Reviewed(Texts.FashionMnist.Replace("width: 0.25", "width: 3")));
        foreach (var (part, text) in narrow)
        {
            Assert.Equal(Lines.Unnumbered(Lines.Code(Code(text))), Lines.Unnumbered(Lines.Code(Code(wide[part]))));
        }
    }

    [Fact]
    public void Selective_kernels_change_the_spatial_convolution_the_stem_and_the_skips()
    {
        var after = Texts.Reviewed(Texts.ResNet50.Replace("selective_kernel: false", "selective_kernel: true"));
        AssertOnlyChanged(after, "Experiment", "Networks", "Trees", "Spec");
        // What stands between the stem and the encoder's last class, which joins the blocks and stays as it is.
        var (old, now) = (Blocks(Before["Networks"]), Blocks(after["Networks"]));
        Assert.All(Lines.Except(old, now), AssertSpatialOrSkip);
        Assert.All(Lines.Except(now, old), AssertSpatialOrSkip);
        Assert.Equal(8, Lines.Except(now, old).Count(static line => line.Contains("SelectiveKernel.Forward")));
        Assert.Equal(4, Lines.Except(now, old).Count(static line => line.Contains(".AveragePoolSame(stride: ")));
        Assert.Contains("ConvBn.ForwardRelu(p.Third, s.Third, b, stride: 1, phase); // [N, 64, 112, 112]", after["Networks"]);
        Assert.Contains("selective_kernel: true", Come(after, "Spec"));

        static void AssertSpatialOrSkip(string line) =>
            Assert.True(line.Contains("Spatial") || line.Contains("skip") || line.Contains("Skip"), line);
    }

    [Theory]
    [InlineData("temperature: 0.1", "temperature: 0.5", "var (loss, accuracy) = NtXent.Loss(z, keys, queue, temperature: 0.5);")]
    [InlineData("epochs: 800", "epochs: 100", "public const int TotalSteps = 31279; // ⌊1281167 · 100 / 4096⌋ + 1")]
    [InlineData("batch: 4096", "batch: 1024", "public const int Batch = 1024;")]
    public void A_training_setting_changes_constants_of_its_step_only(string from, string to, string line)
    {
        var after = Texts.Reviewed(Texts.ResNet50.Replace(from, to));
        AssertOnlyChanged(after, "Experiment", "Steps", "Trees", "Spec");
        Assert.Contains(line, Come(after, "Steps"));
        Assert.Equal(Lines.Unnumbered(Lines.Body(Before["Steps"])), Lines.Unnumbered(Lines.Body(after["Steps"])));
        Assert.Equal([to], Come(after, "Spec"));
    }

    [Fact]
    public void Recomputed_blocks_change_how_the_encoder_runs_them_and_nothing_else()
    {
        var after = Texts.Reviewed(Texts.ResNet50.Replace("selective_kernel: false", "selective_kernel: false\n  recompute: blocks"));
        AssertOnlyChanged(after, "Experiment", "Networks", "Trees", "Spec");
        Assert.Equal(
            Gone(after, "Networks")
                .Select(static line => line.Replace("Block.Apply", "Block.Recompute").Replace("Chain.Forward", "Chain.Recompute")),
            Come(after, "Networks")
        );
        Assert.Equal(9, Come(after, "Networks").Count);
        Assert.Equal(["recompute: blocks"], Come(after, "Spec"));
        Assert.Single(Header(after["Experiment"]).Except(Header(Before["Experiment"])));
    }

    [Fact]
    public void Microbatches_change_the_step_only()
    {
        var after = Texts.Reviewed(Texts.ResNet50 + "\n  microbatch: 64");
        AssertOnlyChanged(after, "Experiment", "Steps", "Trees", "Spec");
        Assert.Equal(
            [
                "public const int Microbatch = 64; // 64 a step",
                "var parts = new Microbatches([first, second], Microbatch); // 64 of 128 images of [3, 224, 224]",
                "var (gradients, (next, metrics)) = Gradient.OfMicrobatches(p, s, parts, Embed, z => Loss(z, keys, queue));",
            ],
            Come(after, "Steps").Where(static line => line.Contains("icrobatch") && !line.StartsWith("//"))
        );
        Assert.Contains("microbatch: 64", Come(after, "Spec"));
    }

    [Fact]
    public void Microbatches_of_a_mean_loss_are_one_more_constant_and_one_call()
    {
        const string Given = "distill: { student: { resnet: 50 } }";
        Assert.Contains(Given, Texts.Wide);
        var before = Texts.Reviewed(Texts.Wide);
        var after = Texts.Reviewed(Texts.Wide.Replace(Given, "distill: { student: { resnet: 50 }, microbatch: 64 }"));
        Assert.Equal(
            [
                "public const int Microbatch = 64; // 64 a step",
                "var (gradients, (next, metrics)) = Gradient.OfMean(",
                "p,",
                "input,",
                "parts: Batch / Microbatch,",
                "(tracked, part) => Loss(tracked, s, part.X, teacher.Infer(part.X))",
                ");",
            ],
            Lines.Except(Lines.Body(after["Steps"]), Lines.Body(before["Steps"]))
        );
    }

    [Fact]
    public void The_scale_of_the_loss_is_a_factor_of_the_objective_alone()
    {
        var after = Texts.Reviewed(Texts.ResNet50 + "\n  loss_scale: mean");
        AssertOnlyChanged(after, "Experiment", "Steps", "Trees", "Spec");
        Assert.Contains("return new(loss, (next, new(loss.detach(), accuracy)));", Come(after, "Steps"));
        Assert.Contains("var objective = loss * 2; // mean over first views plus mean over second views", Gone(after, "Steps"));
    }

    [Fact]
    public void The_kind_of_running_variance_changes_the_phase_of_the_step_alone()
    {
        var after = Texts.Reviewed("running_variance: unbiased\n" + Texts.ResNet50);
        AssertOnlyChanged(after, "Experiment", "Steps", "Trees", "Spec");
        Assert.Equal(2, Come(after, "Steps").Count(static line => line.Contains("Phase.TrainUnbiased")));
        Assert.DoesNotContain("Phase.Train)", after["Steps"]);
    }

    [Fact]
    public void The_way_crops_are_resized_changes_the_plan_of_the_data()
    {
        var after = Texts.Reviewed(Texts.ResNet50.Replace("labels: 10%", "labels: 10%, bicubic: torch, antialias: false"));
        AssertOnlyChanged(after, "Experiment", "Trees", "Spec");
        Assert.Subset(Come(after, "Experiment").ToHashSet(), new HashSet<string> { "Bicubic: Bicubic.Torch,", "Antialias: false" });
    }

    // Two operations of one key would draw the same numbers: the images that one changes would be those that the other changes.
    [Fact]
    public void Every_operation_of_a_view_has_a_key_of_its_own_and_overshoot_ends_in_time()
    {
        var text = Texts.Reviewed(Texts.ResNet50 + "\n  augment: { equalize: 0.1, solarize: 0.2, sobel: 0.3 }")["Steps"];
        var view = text[text.IndexOf("public static Tensor View(", StringComparison.Ordinal)..];
        view = view[..view.IndexOf(';')];
        var calls = view.Split('\n').Select(static line => line.Trim()).Where(static line => line.StartsWith('.')).ToList();
        Assert.Equal(
            ["RandomCrop", "DistortColour", "Grayscale", "Clip", "Equalize", "Solarize", "Sobel", "Blur"],
            calls.Select(static call => call[1..call.IndexOf('(')])
        );
        var keys = calls.Where(static call => call.Contains("key.At(")).Select(static call => call.Split('"')[1]).ToList();
        Assert.Equal(7, keys.Distinct().Count());
    }

    [Fact]
    public void The_choices_of_a_memory_change_the_step_only()
    {
        var after = Texts.Reviewed(Texts.ResNet50 + "\n  memory: { in_batch: online }");
        AssertOnlyChanged(after, "Experiment", "Steps", "Trees", "Spec");
        Assert.Contains("var (loss, accuracy) = NtXent.Loss(z, queue, temperature: 0.1);", Come(after, "Steps"));
        Assert.Equal(["in_batch: online"], Come(after, "Spec"));
    }

    [Fact]
    public void Without_a_memory_nothing_of_it_is_generated()
    {
        var after = Texts.Reviewed(Texts.ResNet50 + "\n  memory: { use: never }");
        AssertOnlyChanged(after, "Experiment", "Steps", "Trees", "Spec");
        Assert.DoesNotContain("emory", Lines.Body(after["Steps"]).Aggregate(string.Concat));
        Assert.Contains(
            "var pretraining = Pretraining.Of(Trainee.Of(ContrastiveNetwork.Model), PretrainStep.Step);",
            Come(after, "Experiment")
        );
    }

    // A network that is computed otherwise has its own class; the blocks that it has in common with the teacher are the teacher's.
    [Theory]
    [InlineData("resnet: 101", "")]
    [InlineData("resnet: 50, recompute: blocks", "")]
    [InlineData("resnet: 50", null)]
    [InlineData("resnet: 50, selective_kernel_ratio: 0.125", null)]
    [InlineData("resnet: 50, selective_kernel: true", All)]
    [InlineData("resnet: 50, width: 2", All)]
    public void A_block_that_teacher_and_student_share_is_generated_once(string teacher, string? own)
    {
        var yaml = Texts.Wide.Replace("resnet: 50, width: 2, selective_kernel: true", teacher);
        GeneratorRun.Empty.WithYaml("/experiments/spec.yaml", yaml).Run().ShouldCompile();
        foreach (var part in new[] { "Networks", "Trees" })
        {
            var text = Texts.Emit(yaml)[part];
            var student = text.IndexOf("public static partial class Student\n", StringComparison.Ordinal);
            Assert.Equal(own is null, student < 0);
            if (own is not null)
            {
                var nested = text[student..]
                    .Split('\n')
                    .Where(static line => line.StartsWith("    public static partial class ", StringComparison.Ordinal));
                Assert.Equal($"{own} Encoder".Trim(), string.Join(' ', nested.Select(static line => line.Split(' ')[^1])));
            }
        }
    }

    [Fact]
    public void Order_comments_and_spaces_of_YAML_change_nothing() =>
        Assert.Equal(
            Before,
            Texts.Reviewed(
                """
                # The same, written otherwise.
                pretrain: { temperature: 1e-1, batch: 4096,   epochs: 800 }

                encoder: { selective_kernel: false, width: 1.0, resnet: 50 } # ResNet-50
                data:
                    labels: "10%"
                    source: imagenet
                name: 'resnet50'
                """
            )
        );

    private static void AssertOnlyChanged(IReadOnlyDictionary<string, string> after, params string[] parts)
    {
        Assert.Equal(Before.Keys, after.Keys);
        Assert.Equal(parts, after.Where(static file => Before[file.Key] != file.Value).Select(static file => file.Key));
    }

    private static IReadOnlyList<string> Gone(IReadOnlyDictionary<string, string> after, string part) =>
        Lines.Except(Lines.Body(Before[part]), Lines.Body(after[part]));

    private static IReadOnlyList<string> Come(IReadOnlyDictionary<string, string> after, string part) =>
        Lines.Except(Lines.Body(after[part]), Lines.Body(Before[part]));

    // Without the spec as a value, which leaves out what has its default: another number can be another line.
    private static string Code(string text)
    {
        var spec = text.IndexOf("public Spec Spec =>", StringComparison.Ordinal);
        return spec < 0 ? text : text[..spec] + text[text.IndexOf("public Frozen Untrained", StringComparison.Ordinal)..];
    }

    private static IEnumerable<string> Header(string text) => text.Split('\n').TakeWhile(static line => line != "#nullable enable");

    private static IReadOnlyList<string> Blocks(string text)
    {
        var from = text.IndexOf("/// <summary>Group 1, first", StringComparison.Ordinal);
        return text[from..text.IndexOf("/// <summary>The encoder:", StringComparison.Ordinal)].Split('\n');
    }
}
