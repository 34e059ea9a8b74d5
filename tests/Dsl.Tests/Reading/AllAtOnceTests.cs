using SimClrDsl.Reading;
using static SimClrDsl.Tests.Reading.SpecSamples;

namespace SimClrDsl.Tests.Reading;

/// <summary>What cannot be read hides nothing that can be known, and brings forth no errors that are not there.</summary>
public sealed class AllAtOnceTests
{
    /// <summary>Everything that a spec may have, within the rules; each line is one key.</summary>
    private static readonly string[] Whole = SpecWriter
        .Write(
            Read(
                FashionMnist
                    + """

                    self_distill: { alpha: 0.5, batch: 100, microbatch: 50 }
                    running_variance: unbiased
                    """
            )
        )
        .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public static TheoryData<int> Lines => [.. Enumerable.Range(0, Whole.Length)];

    // The rest of the file is right, whatever was meant here.
    [Theory]
    [MemberData(nameof(Lines))]
    public void A_value_that_cannot_be_read_is_the_only_error(int line)
    {
        var (key, value) = Split(Whole[line]);
        if (value.Length > 0)
        {
            var error = Assert.Single(ErrorsOf(With(line, $"{key}: [odd]")));
            Assert.Equal(line + 1, error.Span.Line);
        }
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_misspelt_key_is_the_only_error_beside_the_one_that_is_missing(int line)
    {
        var (key, value) = Split(Whole[line]);
        var errors = ErrorsOf(With(line, $"{key}x: {value}".TrimEnd()));
        Assert.All(errors, static error => Assert.True(error.Id is "SCLR004" or "SCLR005", $"{error}"));
        Assert.Single(errors, static error => error.Id == "SCLR004");
        Assert.True(errors.Count(static error => error.Id == "SCLR005") <= 1);
    }

    [Theory]
    [MemberData(nameof(Lines))]
    public void A_key_that_is_given_twice_is_the_only_error(int line)
    {
        var (key, value) = Split(Whole[line]);
        if (value.Length > 0)
        {
            Assert.Equal("SCLR003", Assert.Single(ErrorsOf(With(line, $"{Whole[line]}\n{key}: {value}"))).Id);
        }
    }

    [Fact]
    public void Rules_are_checked_beside_values_that_cannot_be_read()
    {
        const string Yaml = """
            name: a/b
            sed: 1
            data: { source: fashion-mnist, image: 32, clases: 3, labels: 105 }
            encoder: { resnet: 34, width: 0.1, selective_kernel: true, stem: smal }
            pretrain: { epochs: many, batch: 90000, optimizer: { lars: {}, sgd: {}, warmup: 101% } }
            evaluate: { knn: { k: 90000, temperature: cold } }
            finetune: { batch: 64, batch: 32, from_head_layer: 4 }
            """;
        Assert.Equal(
            [
                "1 SCLR010", // the name is a path
                "2 SCLR004", // sed
                "3 SCLR012", // 32 px
                "3 SCLR004", // clases
                "3 SCLR014", // 105 labels
                "4 SCLR015", // 6.4 channels
                "4 SCLR017", // selective kernels in basic blocks
                "4 SCLR008", // smal
                "5 SCLR006", // many
                "5 SCLR023", // batch
                "5 SCLR018", // two optimizers
                "6 SCLR024", // neighbours
                "6 SCLR006", // cold
                "7 SCLR003", // batch twice
                "7 SCLR021", // head layer
            ],
            // A warm-up of 101 % is longer than any number of epochs, but the message would name how many there are.
            ErrorsOf(Yaml).Select(static error => $"{error.Span.Line} {error.Id}")
        );
    }

    // Each of these rules looks at the value that cannot be read.
    [Theory]
    [InlineData("data: { source: sythetic, classes: 5, labels: 12 }\npretrain: { batch: 2048 }", "SCLR008")]
    [InlineData("data: { source: synthetic, unlabelled: few }\npretrain: { batch: 2048 }\nevaluate: { knn: { k: 2048 } }", "SCLR006")]
    [InlineData("data: { source: synthetic, unlabeled: 4096 }\npretrain: { batch: 64 }", "SCLR004")]
    [InlineData("data: { source: synthetic, classes: some, labels: 12 }\npretrain: { batch: 64 }", "SCLR006")]
    [InlineData("data: { source: synthetic }\npretrian: { batch: 64 }\nfinetune: { batch: 64 }", "SCLR004")]
    [InlineData("data: { source: synthetic }\npretrain: 3\nfinetune: { batch: 64, from_head_layer: 3 }", "SCLR006")]
    [InlineData("data: { source: synthetic }\npretrain:\nbatch: 64", "SCLR004")]
    [InlineData("data: { source: synthetic }\npretrain: { batches: 64, microbatch: 24 }", "SCLR004")]
    public void A_rule_that_depends_on_a_value_that_cannot_be_read_is_silent(string yaml, string id) =>
        Assert.Equal(id, ErrorOf($"name: a\nencoder: {{ resnet: 18 }}\n{yaml}\n").Id);

    [Fact]
    public void A_count_that_a_folder_must_say_is_not_made_up() =>
        Assert.Equal(
            ["data.classes", "data.train_images", "data.test_images"],
            ErrorsOf(
                    WithStage(
                        Minimal.Replace("source: synthetic", "source: folder, path: x, image: 32, labels: 33")
                            + "pretrain: { batch: 9000000 }\nevaluate: { knn: { k: 1 } }\n"
                    )
                )
                .Select(static error => error.Path)
        );

    [Fact]
    public void All_errors_of_a_matrix_are_said_together()
    {
        const string Yaml = """
            name: tiny
            data: { source: synthetic }
            encoder: { resnet: 18, widht: 2 }
            pretrain: { batch: 512 }
            matrix:
              data.unlabelled: [300, 400, 600]
              encoder.resnt: [18, 34]
              pretrain.head.layers: 3
              pretrain.temperature: [0.1, cold]
              seed: []
            report: { title: T, values: [linar], columns: [pretrain.head.layer] }
            """;
        var errors = SweepReader.ReadYaml("spec.yaml", Yaml).Match(Succ: static _ => [], Fail: static errors => errors.ToArray());
        Assert.Equal(
            ["3 SCLR004", "4 SCLR023", "7 SCLR004", "8 SCLR058", "9 SCLR006", "10 SCLR025", "11 SCLR008", "11 SCLR008"],
            errors.Select(static error => $"{error.Span.Line} {error.Id}")
        );
        Assert.EndsWith(
            "use at most 300. (in tiny-unlabelled-300-resnet-unread-layers-unread-temperature-0p1-seed-unread and 3 more)",
            errors[1].Message,
            StringComparison.Ordinal
        );
        Assert.Contains("did you mean 'resnet'?", errors[2].Message, StringComparison.Ordinal);
    }

    // The same place may lack several keys: each is an error of its own.
    [Fact]
    public void Several_missing_keys_of_a_matrix_are_all_said() =>
        Assert.Equal(
            ["data.image", "data.classes"],
            SweepReader
                .ReadYaml(
                    "spec.yaml",
                    "name: a\ndata: { source: folder, path: x, train_images: 900, test_images: 9 }\nencoder: { "
                        + "resnet: 18 }\npretrain: { batch: 8 }\nevaluate: { knn: { k: 1 } }\nmatrix: { seed: [1, 2] }\n"
                )
                .Match(Succ: static _ => [], Fail: static errors => errors.Select(static error => error.Path).ToArray())
        );

    [Fact]
    public void A_matrix_that_cannot_be_read_hides_no_other_error() =>
        Assert.Equal(
            ["3 SCLR004", "4 SCLR057"],
            SweepReader
                .ReadYaml("spec.yaml", "name: a\ndata: { source: synthetic }\nencodr: { width: 1 }\nmatrix: 3\n")
                .Match(
                    Succ: static _ => [],
                    Fail: static errors => errors.Select(static error => $"{error.Span.Line} {error.Id}").ToArray()
                )
        );

    private static (string Key, string Value) Split(string line)
    {
        var colon = line.IndexOf(':', StringComparison.Ordinal);
        return (line[..colon], line[(colon + 1)..].Trim());
    }

    private static string With(int line, string text) =>
        string.Join("\n", Whole.Select((other, index) => index == line ? text : other)) + "\n";
}
