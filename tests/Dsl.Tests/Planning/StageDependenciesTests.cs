using SimClrDsl.Planning;
using SimClrDsl.Reading;

namespace SimClrDsl.Tests.Planning;

/// <summary>
/// Every key of a spec with the stages that it concerns: with another value exactly these are other stages. A key that is forgotten in a
/// stage's hash would give the results of one value for another; a key too many would train again for nothing.
/// </summary>
public sealed class StageDependenciesTests
{
    private const string All = "pretrain knn linear supervised finetune self_distill distill";
    private const string FromPretraining = "pretrain knn linear finetune self_distill distill";
    private const string Labelled = "supervised finetune self_distill distill";
    private const string FromFinetuning = "finetune self_distill distill";
    private const string FromSelfDistillation = "self_distill distill";
    private const string Measured = "knn linear supervised finetune self_distill distill";

    /// <summary>All stages; the images of a folder, which has every key that data can have.</summary>
    private const string Base = """
        name: base
        data: { source: folder, path: here, image: 32, classes: 10, train_images: 1000, test_images: 100 }
        encoder: { resnet: 18, width: 0.25 }
        pretrain: { batch: 64 }
        evaluate: { knn: { k: 20 }, linear: { batch: 64 }, supervised: { batch: 16 } }
        finetune: { batch: 16 }
        self_distill: { batch: 64 }
        distill: { batch: 64, student: { resnet: 18, width: 0.125 } }
        """;

    /// <summary>Another value of a key.</summary>
    /// <param name="Value">As YAML writes it.</param>
    /// <param name="Stages">The stages that it makes other ones, in the order of a run; empty for none.</param>
    /// <param name="Given">Settings without which the key would mean nothing.</param>
    private sealed record Entry(string Value, string Stages, params string[] Given);

    private static readonly (string Stage, string Stages)[] Trainings =
    [
        ("pretrain", FromPretraining),
        ("evaluate.linear", "linear"),
        ("evaluate.supervised", "supervised"),
        ("finetune", FromFinetuning),
        ("self_distill", FromSelfDistillation),
        ("distill", "distill"),
    ];

    private static readonly Dictionary<string, Entry> Entries = MakeEntries()
        .ToDictionary(static pair => pair.Key, static pair => pair.Entry);

    public static TheoryData<string> Keys => [.. AllKeys()];

    [Theory]
    [MemberData(nameof(Keys))]
    public void Another_value_of_a_key_changes_exactly_the_stages_of_its_entry(string key)
    {
        Assert.True(
            Entries.TryGetValue(key, out var entry),
            $"'{key}' is a key without an entry. Add one to {nameof(MakeEntries)} of {nameof(StageDependenciesTests)}: "
                + $"(\"{key}\", new(\"ANOTHER VALUE\", STAGES)), "
                + "where STAGES are the stages whose results depend on the key, such as All or FromPretraining, or "
                + "\"\" where no result does. "
                + "Then see to it that StageHashes agrees: a plan's record takes part with each parameter of its constructor."
        );
        var (before, after) = (Hashes(entry!.Given), Hashes([.. entry.Given, $"{key}={entry.Value}"]));
        Assert.Equal(entry.Stages, string.Join(" ", before.Keys.Where(stage => before[stage] != after[stage])));
        Assert.Equal(before.Keys, after.Keys);
    }

    [Fact]
    public void No_entry_is_of_a_key_that_is_gone() => Assert.Empty(Entries.Keys.Except(AllKeys()));

    // Labels of its own leave the baseline alone when those of the other stages change, and the other way around.
    [Fact]
    public void Labels_of_the_baseline_change_no_other_stage()
    {
        string[] own = ["evaluate.supervised.labels=50"];
        Assert.Equal(FromFinetuning, Changed(own, "data.labels=200"));
        Assert.Equal(FromFinetuning, Changed(own, "data.label_list=list.txt"));
        Assert.Equal("supervised", Changed(own, "evaluate.supervised.labels=60"));
        // So many of a list are others than so many that are drawn; so many that are drawn are the same ones, whoever asks for them.
        Assert.Equal("", Changed(["data.labels=50"], "evaluate.supervised.labels=50"));
        Assert.Equal("supervised", Changed(["data.labels=50", "data.label_list=list.txt"], "evaluate.supervised.labels=50"));
    }

    [Fact]
    public void Without_self_distillation_the_teacher_is_the_fine_tuned_network() =>
        Assert.Equal("finetune distill", Changed(["self_distill=none"], "finetune.epochs=3"));

    private static IEnumerable<string> AllKeys() =>
        RecordShape.Everywhere.SelectMany(static place =>
            place
                .Shape.Fields.Where(static field => field.Kind != ValueKind.Record)
                .Select(field => place.Path.Length == 0 ? field.Key : $"{place.Path}.{field.Key}")
                // The rules refuse them: the classifier of linear evaluation carries nothing on but momentum.
                .Where(static key =>
                    !key.StartsWith("evaluate.linear.optimizer.adam", StringComparison.Ordinal)
                    && key != "evaluate.linear.optimizer.average"
                )
        );

    private static IEnumerable<(string Key, Entry Entry)> MakeEntries() =>
        [
            ("name", new("other", "")),
            ("seed", new("2", All)),
            ("precision", new("float32", All)),
            ("running_variance", new("unbiased", All)),
            ("data.source", new("shards", All)),
            ("data.path", new("there", All)),
            ("data.image", new("40", All, "encoder.stem=small", "distill.student.stem=small")),
            ("data.classes", new("5", All)),
            ("data.train_images", new("1100", All)),
            ("data.train_labels", new("900", Measured)),
            ("data.test_images", new("110", Measured)),
            ("data.label_list", new("list.txt", Labelled)),
            ("data.skip_broken", new("3", "")),
            ("data.bicubic", new("tf1", All)),
            ("data.antialias", new("false", All)),
            ("data.validation", new("100", All)),
            ("data.unlabelled", new("900", All)),
            ("data.labels", new("200", Labelled)),
            ("data.label_seed", new("5", Labelled)),
            // Which settings are whose changes no result.
            ("ours", new("{ pretrain.batch: short }", "")),
            .. Network("encoder", All),
            .. Network("distill.student", "distill", "distill.temperature=1"),
            ("distill.student.classes", new("10", "")),
            ("pretrain.head.layers", new("2", FromPretraining)),
            ("pretrain.head.hidden", new("64", FromPretraining)),
            ("pretrain.head.out", new("64", FromPretraining)),
            ("pretrain.epochs", new("3", FromPretraining)),
            ("pretrain.batch", new("32", FromPretraining)),
            ("pretrain.microbatch", new("32", FromPretraining)),
            ("pretrain.temperature", new("0.2", FromPretraining)),
            ("pretrain.loss_scale", new("mean", FromPretraining)),
            ("pretrain.memory.use", new("always", FromPretraining)),
            .. Memory(
                ("queue", "256"),
                ("decay", "0.9"),
                ("queries", "first"),
                ("in_batch", "online"),
                ("keep", "second"),
                ("statistics", "averaged")
            ),
            ("pretrain.online_linear.from_head_layer", new("1", FromPretraining, "pretrain.online_linear={}")),
            ("pretrain.augment.crop", new("[0.5, 1]", FromPretraining)),
            ("pretrain.augment.flip", new("0.25", FromPretraining)),
            ("pretrain.augment.colour.strength", new("0.25", FromPretraining)),
            ("pretrain.augment.colour.probability", new("0.25", FromPretraining)),
            ("pretrain.augment.colour.brightness", new("add", FromPretraining)),
            ("pretrain.augment.grayscale", new("0.25", FromPretraining)),
            ("pretrain.augment.equalize", new("0.25", FromPretraining)),
            ("pretrain.augment.solarize", new("0.25", FromPretraining)),
            ("pretrain.augment.sobel", new("0.25", FromPretraining)),
            ("pretrain.augment.blur", new("0.25", FromPretraining)),
            ("evaluate.on", new("validation", Measured, "data.validation=100")),
            ("evaluate.knn.k", new("10", "knn")),
            ("evaluate.knn.temperature", new("0.1", "knn")),
            ("evaluate.linear.epochs", new("3", "linear")),
            ("evaluate.linear.batch", new("32", "linear")),
            ("evaluate.supervised.labels", new("50", "supervised")),
            ("evaluate.supervised.epochs", new("3", "supervised")),
            ("evaluate.supervised.steps", new("300", "supervised")),
            ("evaluate.supervised.batch", new("32", "supervised")),
            ("evaluate.supervised.microbatch", new("8", "supervised")),
            ("evaluate.supervised.learning_rates", new("[0.1]", "supervised")),
            ("evaluate.supervised.evaluate_every", new("100", "supervised")),
            ("evaluate.supervised.label_smoothing", new("0.1", "supervised")),
            ("finetune.from_head_layer", new("2", FromFinetuning)),
            ("finetune.freeze", new("stem", FromFinetuning)),
            ("finetune.frozen_batch_norm", new("update", FromFinetuning, "finetune.freeze=stem")),
            ("finetune.freeze_head", new("true", FromFinetuning)),
            ("finetune.epochs", new("3", FromFinetuning)),
            ("finetune.batch", new("32", FromFinetuning)),
            ("finetune.microbatch", new("8", FromFinetuning)),
            ("finetune.label_smoothing", new("0.1", FromFinetuning)),
            ("self_distill.temperature", new("0.5", FromSelfDistillation)),
            ("self_distill.temperature_squared", new("true", FromSelfDistillation)),
            ("self_distill.alpha", new("0.5", FromSelfDistillation)),
            ("self_distill.epochs", new("3", FromSelfDistillation)),
            ("self_distill.batch", new("32", FromSelfDistillation)),
            ("self_distill.microbatch", new("32", FromSelfDistillation)),
            ("distill.images", new("labelled", "distill")),
            ("distill.temperature", new("0.5", "distill")),
            // Two rules for a temperature left out: they differ for a small student of a fine-tuned teacher.
            ("distill.temperature_rule", new("teacher", "distill", "self_distill=none")),
            ("distill.temperature_squared", new("true", "distill")),
            ("distill.alpha", new("0.5", "distill")),
            ("distill.epochs", new("3", "distill")),
            ("distill.batch", new("32", "distill")),
            ("distill.microbatch", new("32", "distill")),
            .. Trainings.SelectMany(static training => Optimizer(training.Stage, training.Stages)),
            .. Trainings
                .Where(static training => training.Stage != "pretrain")
                .SelectMany(static training =>
                    Under(
                        $"{training.Stage}.augment",
                        training.Stages,
                        [],
                        ("crop", "[0.5, 1]"),
                        ("flip", "0.25"),
                        ("auto_augment", "cifar10")
                    )
                ),
        ];

    // What is run again in the backward pass changes no bit of what is computed.
    private static IEnumerable<(string Key, Entry Entry)> Network(string path, string stages, params string[] given) =>
        [
            ($"{path}.resnet", new("34", stages, given)),
            ($"{path}.width", new("0.5", stages, given)),
            ($"{path}.selective_kernel", new("true", stages, [.. given, $"{path}.resnet=50"])),
            ($"{path}.basic_block", new("selective", stages, [.. given, $"{path}.selective_kernel=true", $"{path}.basic_block=official"])),
            (
                $"{path}.selective_kernel_ratio",
                new("0.5", stages, [.. given, $"{path}.resnet=50", $"{path}.width=1", $"{path}.selective_kernel=true"])
            ),
            ($"{path}.stem", new("imagenet", stages, given)),
            ($"{path}.recompute", new("blocks", "", given)),
        ];

    private static IEnumerable<(string Key, Entry Entry)> Memory(params (string Key, string Value)[] values) =>
        Under("pretrain.memory", FromPretraining, ["pretrain.memory.use=always"], values);

    private static IEnumerable<(string Key, Entry Entry)> Optimizer(string stage, string stages)
    {
        var path = $"{stage}.optimizer";
        string[] Chosen(string kind) => [$"{path}.{kind}={{}}"];
        return
        [
            .. Under(path, stages, [], ("warmup", "10%"), ("schedule", "constant"), ("clip", "1")),
            .. stage == "evaluate.linear" ? [] : Under(path, stages, [], ("average", "0.9")),
            .. Under(
                $"{path}.lars",
                stages,
                Chosen("lars"),
                ("lr", "0.7"),
                ("scaling", "none"),
                ("weight_decay", "0.01"),
                ("momentum", "0.5"),
                ("trust", "0.01"),
                ("nesterov", "true"),
                ("unadapted", "0.5")
            ),
            .. Under(
                $"{path}.sgd",
                stages,
                Chosen("sgd"),
                ("lr", "0.7"),
                ("scaling", "none"),
                ("weight_decay", "0.01"),
                ("momentum", "0.5"),
                ("nesterov", "false")
            ),
            .. stage == "evaluate.linear"
                ? []
                : Under(
                    $"{path}.adam",
                    stages,
                    Chosen("adam"),
                    ("lr", "0.7"),
                    ("scaling", "linear"),
                    ("beta1", "0.5"),
                    ("beta2", "0.5"),
                    ("epsilon", "0.1"),
                    ("weight_decay", "0.01"),
                    ("decoupled", "true")
                ),
        ];
    }

    private static IEnumerable<(string Key, Entry Entry)> Under(
        string path,
        string stages,
        string[] given,
        params (string Key, string Value)[] values
    ) => values.Select(value => ($"{path}.{value.Key}", new Entry(value.Value, stages, given)));

    private static string Changed(string[] given, string setting)
    {
        var (before, after) = (Hashes(given), Hashes([.. given, setting]));
        return string.Join(" ", before.Keys.Where(stage => before[stage] != after[stage]));
    }

    private static IReadOnlyDictionary<string, string> Hashes(IReadOnlyList<string> settings) =>
        StageHashes.Of(
            Plan.Of(
                SweepReader
                    .ReadYaml("base.yaml", Base, [.. settings.Select(static words => SpecSettings.Parse(words).Setting!)])
                    .Match(
                        Succ: static sweep => sweep.Cells[0].Spec,
                        Fail: static errors => throw new InvalidOperationException(string.Join("\n", errors))
                    )
            )
        );
}
