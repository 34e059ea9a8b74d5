using static SimClrDsl.Tests.Reading.SpecSamples;

namespace SimClrDsl.Tests.Reading;

/// <summary>Each error of the catalogue, with its place and its words.</summary>
public sealed class ErrorTests
{
    [Theory]
    // Reading YAML.
    [InlineData("pretrain: { epochs: 3\n", 5, 1, "SCLR001", "A bracket is not closed")]
    [InlineData("pretrain:\n  epochs: 3\n batch: 3\n", 6, 2, "SCLR001", "does not line up")]
    [InlineData("seed: 1: 2\n", 4, 8, "SCLR001", "A second colon")]
    [InlineData("seed: 'one\n", 4, 7, "SCLR001", "A quote is not closed")]
    [InlineData("seed: @one\n", 4, 7, "SCLR001", "put quotes around the value")]
    [InlineData("pretrain:\n\tepochs: 3\n", 5, 1, "SCLR001", "indented with spaces, not tabs")]
    [InlineData("pretrain:\n  batch: 64\n\t\n", 6, 1, "SCLR001", "replace the tab")]
    [InlineData("seed: 1\n\nseed: 2\n", 6, 1, "SCLR003", "'seed' is given twice, first in line 4")]
    [InlineData("pretrain: { batch: 64, epochs: 1, epochs: 2 }\n", 4, 35, "SCLR003", "'pretrain.epochs' is given twice")]
    [InlineData("pretrain: &all { batch: 64 }\n", 4, 11, "SCLR009", "Anchors (&all)")]
    [InlineData("pretrain: *all\n", 4, 11, "SCLR009", "Aliases (*all)")]
    [InlineData("seed: !!int 1\n", 4, 7, "SCLR009", "remove '!!int'")]
    [InlineData("? [a, b]\n: 1\n", 4, 3, "SCLR009", "A key is a single word")]
    [InlineData("pretrain: { batch: 64 }\n---\nname: second\n", 5, 1, "SCLR009", "one experiment")]
    // Binding.
    [InlineData("pretrian: { batch: 64 }\n", 4, 1, "SCLR004", "The experiment has no key 'pretrian': did you mean 'pretrain'?")]
    [InlineData("pretrain:\n  batch: 64\n  colour: none\n", 6, 3, "SCLR004", "it belongs to 'pretrain.augment'")]
    [InlineData("precission: auto\n", 4, 1, "SCLR004", "did you mean 'precision'?")]
    [InlineData(
        "evaluate: { accuracy: {} }\n",
        4,
        13,
        "SCLR004",
        "'evaluate' has no key 'accuracy': use one of knn, linear, supervised, on."
    )]
    [InlineData("pretrain: { batch: 64, head: { Layers: 3 } }\n", 4, 32, "SCLR004", "did you mean 'layers'?")]
    [InlineData("seed: one\n", 4, 7, "SCLR006", "'seed' must be a whole number, but is the text 'one'.")]
    [InlineData("seed: 1.0\n", 4, 7, "SCLR006", "must be a whole number, but is the number 1.0")]
    [InlineData("seed: 20_000\n", 4, 7, "SCLR006", "(write 20000)")]
    [InlineData("seed: 20,000\n", 4, 7, "SCLR006", "(write 20000)")]
    [InlineData("seed: \"1\"\n", 4, 7, "SCLR006", "(remove the quotes)")]
    [InlineData("seed:\n", 4, 1, "SCLR006", "but is empty")]
    [InlineData("seed: none\n", 4, 7, "SCLR006", "but is none")]
    [InlineData("seed: { a: 1 }\n", 4, 7, "SCLR006", "but is a map of keys")]
    [InlineData("pretrain: 3\n", 4, 11, "SCLR006", "'pretrain' must be a map of keys, but is the number 3")]
    [InlineData("pretrain: [3]\n", 4, 11, "SCLR006", "but is a list of 1 values")]
    [InlineData("pretrain: { batch: 64, temperature: '0.1' }\n", 4, 37, "SCLR006", "'pretrain.temperature' must be a number")]
    [InlineData("pretrain:\n  batch: 64\n  temperature: 0,1\n", 6, 16, "SCLR006", "(write 0.1)")]
    [InlineData("pretrain: { batch: 64, temperature: .inf }\n", 4, 37, "SCLR006", "the text '.inf'")]
    [InlineData("pretrain: { batch: 64, temperature: NaN }\n", 4, 37, "SCLR006", "the text 'NaN'")]
    [InlineData("pretrain: { batch: 64, augment: { crop: 0.2 } }\n", 4, 41, "SCLR006", "two numbers in brackets")]
    [InlineData("pretrain: { batch: 64, augment: { crop: [0.2] } }\n", 4, 41, "SCLR006", "a list of 1 values")]
    [InlineData("pretrain: { batch: 64, augment: { crop: [0.2, x] } }\n", 4, 47, "SCLR006", "'pretrain.augment.crop[1]' must be a number")]
    [InlineData("pretrain: { batch: 64, optimizer: { warmup: long } }\n", 4, 45, "SCLR006", "a count or a share")]
    [InlineData("evaluate: { supervised: { learning_rates: 0.1 } }\n", 4, 43, "SCLR006", "numbers in brackets")]
    [InlineData("seed: -1\n", 4, 7, "SCLR007", "'seed' must be at least 0, but is -1.")]
    [InlineData("seed: 99999999999\n", 4, 7, "SCLR007", "at most 2147483647")]
    [InlineData("pretrain: { batch: 64, temperature: 0 }\n", 4, 37, "SCLR007", "must be above 0")]
    [InlineData("pretrain: { batch: 64, head: { layers: 5 } }\n", 4, 40, "SCLR007", "at least 0 and at most 4")]
    [InlineData("pretrain: { batch: 64, augment: { crop: [0, 1] } }\n", 4, 42, "SCLR007", "must be above 0 and at most 1, but is 0")]
    [InlineData("pretrain: { batch: 64, augment: { crop: [1, 0.5] } }\n", 4, 41, "SCLR007", "from the smaller number to the larger")]
    [InlineData("pretrain: { batch: 64, optimizer: { warmup: -5% } }\n", 4, 45, "SCLR007", "must be at least 0, but is -5%")]
    [InlineData("evaluate: { supervised: { learning_rates: [0.1, -1] } }\n", 4, 49, "SCLR007", "learning_rates[1]' must be above 0")]
    [InlineData("precision: b16\n", 4, 12, "SCLR008", "'precision' cannot be 'b16': did you mean 'bf16'?")]
    [InlineData("precision: double\n", 4, 12, "SCLR008", "use one of auto, float32, tf32, bf16.")]
    [InlineData("pretrain: { batch: 64, optimizer: { schedule: Cosine } }\n", 4, 47, "SCLR008", "did you mean 'cosine'?")]
    // Rules.
    [InlineData("pretrain: { batch: 2048 }\n", 4, 20, "SCLR023", "'pretrain.batch' is 2048, but there are only 1024 unlabelled images")]
    [InlineData("pretrain: {}\n", 4, 1, "SCLR023", "'pretrain.batch' is 4096")]
    [InlineData(
        "pretrain: { batch: 64, microbatch: 24 }\n",
        4,
        36,
        "SCLR050",
        "'pretrain.microbatch' is 24, but must divide the batch of 64: use 16 or 32."
    )]
    [InlineData("pretrain: { batch: 64, microbatch: 65 }\n", 4, 36, "SCLR050", "must divide the batch of 64: use 64.")]
    [InlineData("pretrain: { batch: 35, microbatch: 3 }\n", 4, 36, "SCLR050", "must divide the batch of 35: use 5.")]
    [InlineData(
        "pretrain: { batch: 64 }\nfinetune: { microbatch: 100 }\n",
        5,
        25,
        "SCLR050",
        "must divide the batch of 102: use 51 or 102."
    )]
    [InlineData("evaluate: { supervised: { microbatch: 24 } }\n", 4, 39, "SCLR050", "must divide the batch of 64: use 16 or 32.")]
    [InlineData(
        "pretrain: { batch: 64 }\nfinetune: {}\nself_distill: { batch: 256, microbatch: 64, alpha: 0.5 }\n",
        6,
        41,
        "SCLR051",
        "'self_distill.microbatch' is 64, which makes 4 parts of a step, but its 102 labelled images do not fall into so many: use 128."
    )]
    [InlineData("pretrain: { batch: 64, microbatch: 1 }\n", 4, 36, "SCLR007", "must be at least 2, but is 1")]
    [InlineData("pretrain: { batch: 64 }\nfinetune: { batch: 103 }\n", 5, 20, "SCLR023", "only 102 labelled images")]
    [InlineData(
        "evaluate: { supervised: { steps: 100, evaluate_every: 200 } }\n",
        4,
        55,
        "SCLR048",
        "is 200, but a training has only 100 steps: use at most 100"
    )]
    [InlineData("evaluate: { supervised: { batch: 103 } }\n", 4, 34, "SCLR023", "'evaluate.supervised.batch' is 103")]
    [InlineData("pretrain: { batch: 64 }\nevaluate: { linear: { batch: 1025 } }\n", 5, 30, "SCLR023", "'evaluate.linear.batch'")]
    [InlineData(
        "pretrain: { batch: 64, optimizer: { lars: {}, sgd: {} } }\n",
        4,
        24,
        "SCLR018",
        "'pretrain.optimizer' has both lars and sgd"
    )]
    [InlineData("pretrain: { batch: 64, optimizer: { sgd: {}, adam: {} } }\n", 4, 24, "SCLR018", "has both sgd and adam: keep one")]
    [InlineData(
        "pretrain: { batch: 64, online_linear: { from_head_layer: 4 } }\n",
        4,
        58,
        "SCLR021",
        "'pretrain.online_linear.from_head_layer' is 4, but the head has 3 layers"
    )]
    [InlineData(
        "pretrain: { batch: 64, online_linear: {}, optimizer: { adam: {} } }\n",
        4,
        24,
        "SCLR044",
        "'pretrain.online_linear' is trained by the stage's optimizer"
    )]
    [InlineData("pretrain: { batch: 64, optimizer: { clip: 0 } }\n", 4, 43, "SCLR007", "must be above 0")]
    [InlineData("pretrain: { batch: 64, optimizer: { average: 2 } }\n", 4, 46, "SCLR007", "at most 1")]
    [InlineData(
        "pretrain: { batch: 64 }\nevaluate: { linear: { batch: 64, optimizer: { adam: {} } } }\n",
        5,
        47,
        "SCLR043",
        "is not for linear evaluation, whose classifier carries nothing on but momentum: use 'sgd' or 'lars'"
    )]
    [InlineData(
        "pretrain: { batch: 64 }\nevaluate: { linear: { batch: 64, optimizer: { average: 0.9 } } }\n",
        5,
        56,
        "SCLR043",
        "use the last weights"
    )]
    [InlineData("pretrain: { batch: 64, epochs: 9, optimizer: { warmup: 10 } }\n", 4, 56, "SCLR019", "longer than the 9 epochs")]
    [InlineData("pretrain: { batch: 64, optimizer: { warmup: 101% } }\n", 4, 45, "SCLR019", "is 101%, longer than the 800 epochs")]
    [InlineData("pretrain: { batch: 64 }\nfinetune: { batch: 64, optimizer: { warmup: 31 } }\n", 5, 45, "SCLR019", "the 30 epochs")]
    [InlineData("finetune: { batch: 64 }\n", 4, 1, "SCLR020", "'finetune' works on the result of 'pretrain'")]
    [InlineData("evaluate: { knn: {} }\n", 4, 13, "SCLR020", "'evaluate.knn' works on the result of 'pretrain'")]
    [InlineData("evaluate: { linear: { batch: 64 } }\n", 4, 13, "SCLR020", "add 'pretrain: {}'")]
    [InlineData("pretrain: { batch: 64 }\ndistill: { batch: 64, student: { resnet: 18 } }\n", 5, 1, "SCLR020", "result of 'finetune'")]
    [InlineData(
        "pretrain: { batch: 64 }\nfinetune: { batch: 64, from_head_layer: 4 }\n",
        5,
        41,
        "SCLR021",
        "the head has 3 layers: use 0 to 3"
    )]
    [InlineData("pretrain: { batch: 64 }\nevaluate: { knn: { k: 1025 } }\n", 5, 23, "SCLR024", "only 1024 unlabelled images")]
    [InlineData("evaluate: { supervised: { learning_rates: [] } }\n", 4, 43, "SCLR025", "is empty")]
    [InlineData("evaluate: { supervised: { steps: 9, epochs: 9 } }\n", 4, 34, "SCLR045", "leave one out")]
    [InlineData("evaluate: { supervised: { labels: 5 } }\n", 4, 35, "SCLR014", "'evaluate.supervised.labels' is 5")]
    [InlineData("evaluate: { supervised: { labels: 2000 } }\n", 4, 35, "SCLR013", "'evaluate.supervised.labels' is 2000")]
    public void A_wrong_line_added_to_the_shortest_spec_is_an_error_at_its_place(
        string added,
        int line,
        int column,
        string id,
        string words
    ) => AssertError(WithStage(Minimal + added), line, column, id, words);

    [Theory]
    [InlineData("", 1, 1, "SCLR002", "start with 'name:', 'data:' and 'encoder:'")]
    [InlineData("# nothing yet\n\n", 1, 1, "SCLR002", "The file declares no experiment")]
    [InlineData("---\n", 1, 1, "SCLR002", "The file declares no experiment")]
    [InlineData("fashion-mnist\n", 1, 1, "SCLR006", "The experiment must be a map of keys")]
    [InlineData("- a\n- b\n", 1, 1, "SCLR006", "but is a list of 2 values")]
    [InlineData("data: { source: synthetic }\nencoder: { resnet: 18 }\n", 1, 1, "SCLR005", "'name' is missing: add 'name:' with text")]
    [InlineData("name: a\nencoder: { resnet: 18 }\n", 1, 1, "SCLR005", "'data' is missing: add 'data:' with at least 'source:' in it")]
    [InlineData(
        "name: a\ndata:\nencoder: { resnet: 18 }\n",
        2,
        1,
        "SCLR005",
        "one of fashion-mnist, cifar10, cifar100, imagenet, folder, shards, synthetic"
    )]
    [InlineData("name: a\ndata: { source: synthetic }\nencoder: {}\n", 3, 1, "SCLR005", "one of 18, 34, 50, 101, 152, 200")]
    [InlineData("name: a\ndata: { source: synthetic }\nencoder: { resnet: 20 }\n", 3, 20, "SCLR007", "must be one of 18, 34, 50")]
    [InlineData("name: a\ndata: { source: mnist-fashion }\nencoder: { resnet: 18 }\n", 2, 17, "SCLR008", "use one of fashion-mnist, ")]
    [InlineData("name: a\ndata: { source: Fashion_MNIST }\nencoder: { resnet: 18 }\n", 2, 17, "SCLR008", "did you mean 'fashion-mnist'?")]
    public void A_file_that_is_no_experiment_is_an_error_at_its_place(string yaml, int line, int column, string id, string words) =>
        AssertError(yaml.Contains("encoder:") ? WithStage(yaml) : yaml, line, column, id, words);

    [Theory]
    [InlineData("''", "is empty")]
    [InlineData("my/run", "is a path")]
    [InlineData("C:\\run", "is a path")]
    [InlineData("my run", "contains ' '")]
    [InlineData("my_run", "contains '_'")]
    [InlineData("größe", "contains 'ö'")]
    [InlineData("1-run", "starts with '1'")]
    [InlineData("run-", "ends with a hyphen")]
    public void A_wrong_name_is_an_error_at_its_place(string name, string words) =>
        AssertError(WithStage(Minimal.Replace("tiny", name)), 1, 7, "SCLR010", words);

    [Theory]
    [InlineData("source: fashion-mnist, classes: 10", 41, "SCLR011", "fashion-mnist has 10 classes")]
    [InlineData("source: imagenet, classes: 10", 36, "SCLR011", "imagenet has 1000 classes")]
    [InlineData("source: fashion-mnist, image: 32", 39, "SCLR012", "28 pixels a side")]
    [InlineData("source: fashion-mnist, unlabelled: 60001", 44, "SCLR013", "more than all of the 60000 training images: use at most 60000")]
    [InlineData("source: synthetic, unlabelled: 101%", 40, "SCLR013", "use at most 100%")]
    [InlineData("source: synthetic, unlabelled: 10.5", 40, "SCLR013", "use a whole number")]
    [InlineData("source: synthetic, unlabelled: 0.01%", 40, "SCLR013", "use at least 1")]
    [InlineData("source: synthetic, labels: 1030", 36, "SCLR013", "'data.labels' is 1030")]
    [InlineData("source: synthetic, labels: 105", 36, "SCLR014", "balanced over 10 classes: use 100 or 110, or a share")]
    [InlineData("source: synthetic, labels: 1023", 36, "SCLR014", "use 1020, or a share")]
    [InlineData("source: synthetic, labels: 5", 36, "SCLR014", "use at least 10, one of each class")]
    [InlineData("source: synthetic, labels: 0.5%", 36, "SCLR014", "use at least 10, one of each class")]
    [InlineData("source: synthetic, classes: 2000", 1, "SCLR014", "only 1024 training images, use fewer classes")]
    public void A_wrong_key_of_the_data_is_an_error_at_its_place(string data, int column, string id, string words) =>
        AssertError(WithStage(Minimal.Replace("source: synthetic", data)), 2, column, id, words);

    [Theory]
    [InlineData(
        "resnet: 18, width: 0.3",
        31,
        "SCLR015",
        "makes 19.2 channels in the first layer: channels are whole, use 0.296875 (19 channels) or 0.3125 (20"
    )]
    [InlineData("resnet: 18, width: 0.1", 31, "SCLR015", "use at least 0.125")]
    [InlineData("resnet: 34, recompute: all", 35, "SCLR008", "'encoder.recompute' cannot be 'all': ")]
    [InlineData("resnet: 34, selective_kernel: true", 42, "SCLR017", "ResNet-34 has basic blocks")]
    public void A_wrong_key_of_the_encoder_is_an_error_at_its_place(string encoder, int column, string id, string words) =>
        AssertError(WithStage(Minimal.Replace("resnet: 18", encoder)), 3, column, id, words);

    [Fact]
    public void A_stem_that_does_not_fit_the_images_is_an_error_at_its_place() =>
        AssertError(
            "name: a\ndata: { source: fashion-mnist }\nencoder: { resnet: 18, stem: imagenet }\npretrain: { batch: 64 }\n",
            line: 3,
            column: 30,
            "SCLR016",
            "but they have 28: use 'stem: small'"
        );

    [Fact]
    public void A_selective_stem_that_does_not_fit_the_images_is_an_error_at_its_place() =>
        AssertError(
            "name: a\ndata: { source: imagenet }\nencoder: { resnet: 50, selective_kernel: true, width: 0.265625 }\npretrain: {}\n",
            line: 3,
            column: 55,
            "SCLR015",
            "they must be even, use 0.25 (16 channels) or 0.28125 (18 channels)"
        );

    [Theory]
    [InlineData("resnet: 18, width: 0.3", 53, "SCLR015", "'distill.student.width' is 0.3")]
    [InlineData("resnet: 18, selective_kernel: true", 64, "SCLR017", "'distill.student.selective_kernel' is true")]
    [InlineData("resnet: 18, classes: 100", 55, "SCLR022", "'distill.student.classes' is 100, but the data has 10 classes")]
    public void A_wrong_key_of_the_student_is_an_error_at_its_place(string student, int column, string id, string words) =>
        AssertError(
            $"{Minimal}pretrain: {{ batch: 64 }}\nfinetune: {{ batch: 64 }}\ndistill: {{ batch: 64, student: {{ {student} }} }}\n",
            6,
            column,
            id,
            words
        );

    [Theory]
    [InlineData("frozen_batch_norm: inference", 32, "SCLR046", "add 'freeze: stem' or a later part")]
    [InlineData("freeze: encoder, frozen_batch_norm: update", 49, "SCLR047", "at inference in both versions of the reference")]
    [InlineData("from_head_layer: 0, freeze_head: true", 46, "SCLR049", "use 'from_head_layer: 1' or more")]
    [InlineData("freeze: group4", 21, "SCLR008", "did you mean 'group1'?")]
    public void A_wrong_key_of_freezing_is_an_error_at_its_place(string finetune, int column, string id, string words) =>
        AssertError($"{Minimal}pretrain: {{ batch: 64 }}\nfinetune: {{ {finetune} }}\n", 5, column, id, words);

    private static void AssertError(string yaml, int line, int column, string id, string words)
    {
        var error = ErrorOf(yaml);
        Assert.Equal((id, line, column), (error.Id, error.Span.Line, error.Span.Column));
        Assert.Contains(words, error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain('\n', error.Message);
        Assert.StartsWith($"spec.yaml({line},{column}): error {id}: ", error.ToString(), StringComparison.Ordinal);
    }
}
