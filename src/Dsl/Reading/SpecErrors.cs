using System.Globalization;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>One kind of error.</summary>
/// <param name="Id">Its number.</param>
/// <param name="Title">What it is, in a few words.</param>
/// <param name="Format">Its message; <c>{0}</c> is the name of the key, the other places are what differs.</param>
public sealed record SpecErrorKind(string Id, string Title, string Format)
{
    /// <summary>The error at a place in a file.</summary>
    public SpecError At(SourceSpan span, string path, params object[] details) => Broken(path, details).At(span);

    /// <summary>The error at a key, not located yet.</summary>
    public Violation Broken(string path, params object[] details) =>
        new(this, path, Printable(string.Format(CultureInfo.InvariantCulture, Format, [NameOf(path), .. details])));

    // A message quotes what the file says, which must neither break its line nor command the terminal.
    private static string Printable(string message) =>
        string.Concat(message.Select(static letter => char.IsControl(letter) ? $"\\u{(int)letter:x4}" : letter.ToString()));

    private static string NameOf(string path) => path.Length == 0 ? "The experiment" : $"'{path}'";
}

/// <summary>
/// The catalogue of everything that can be wrong with a spec. An id is never reused: a rule that goes away leaves a gap.
/// SCLR001 to SCLR099 belong to this catalogue; the generator's own diagnostics start at SCLR100.
/// </summary>
public static class SpecErrors
{
    // Reading YAML.
    public static SpecErrorKind Syntax { get; } = new("SCLR001", "YAML syntax error", "{1}");

    public static SpecErrorKind EmptyFile { get; } =
        new("SCLR002", "Empty file", "The file declares no experiment: start with 'name:', 'data:' and 'encoder:'.");

    public static SpecErrorKind DuplicateKey { get; } =
        new("SCLR003", "Duplicate key", "{0} is given twice, first in line {1}: remove one of the two.");

    // Binding to the records.
    public static SpecErrorKind UnknownKey { get; } = new("SCLR004", "Unknown key", "{1} has no key '{2}': {3}");

    public static SpecErrorKind MissingKey { get; } = new("SCLR005", "Missing key", "{0} is missing: add '{1}:' with {2}.");

    public static SpecErrorKind WrongType { get; } = new("SCLR006", "Wrong type", "{0} must be {1}, but is {2}{3}.");

    public static SpecErrorKind OutOfRange { get; } = new("SCLR007", "Value out of range", "{0} must be {1}, but is {2}.");

    public static SpecErrorKind UnknownChoice { get; } = new("SCLR008", "Unknown choice", "{0} cannot be '{1}': {2}");

    public static SpecErrorKind UnsupportedYaml { get; } = new("SCLR009", "YAML that specs do not use", "{1}");

    // Rules over several fields.
    public static SpecErrorKind NameForm { get; } =
        new(
            "SCLR010",
            "Name of the experiment",
            "The name '{1}' {2}: use letters, digits and hyphens, start with a letter and do not end with a hyphen, as in 'fashion-mnist'."
        );

    public static SpecErrorKind ClassesOfSource { get; } =
        new("SCLR011", "Classes of a data set", "{0} is for synthetic data only, {1} has {2} classes: remove the key.");

    public static SpecErrorKind ImageOfSource { get; } =
        new("SCLR012", "Image size of a data set", "{0} is {1}, but the images of {2} have {3} pixels a side: remove the key.");

    public static SpecErrorKind ImageCount { get; } =
        new("SCLR013", "Number of images", "{0} is {1}, which is {2} of the {3} training images: use {4}.");

    public static SpecErrorKind BalancedLabels { get; } =
        new("SCLR014", "Labels of each class", "{0} is {1}, but labels are balanced over {2} classes: {3}.");

    public static SpecErrorKind WidthInChannels { get; } =
        new("SCLR015", "Width in whole channels", "{0} is {1}, which makes {2} channels in the first layer: {3}.");

    public static SpecErrorKind ImageForStem { get; } =
        new(
            "SCLR016",
            "Image size for the stem",
            "{0} is imagenet, which shrinks images to a quarter and needs at least 32 pixels a side, but they have {1}: use 'stem: small'."
        );

    public static SpecErrorKind SelectiveKernelBlocks { get; } =
        new(
            "SCLR017",
            "Selective kernels in basic blocks",
            "{0} is true, but ResNet-{1} has basic blocks, which have no selective kernels in the official code: add 'basic_block: official' (ResNet-D stem and skips only) or 'basic_block: selective', or use 'resnet: 50' or deeper."
        );

    public static SpecErrorKind OneOptimizer { get; } =
        new("SCLR018", "One optimizer a stage", "{0} has both {1} and {2}: keep one of them.");

    public static SpecErrorKind WarmupLength { get; } =
        new("SCLR019", "Length of the warm-up", "{0} is {1}, longer than the {2} epochs of the stage: use at most {2} epochs or 100%.");

    public static SpecErrorKind StageOrder { get; } =
        new(
            "SCLR020",
            "Stages that build on each other",
            "{0} works on the result of '{1}', which is missing: add '{1}: {{}}' or remove {0}."
        );

    public static SpecErrorKind HeadLayer { get; } =
        new("SCLR021", "Layer of the projection head", "{0} is {1}, but the head has {2} layers: use 0 to {2}.");

    public static SpecErrorKind StudentClasses { get; } =
        new("SCLR022", "Classes of the student", "{0} is {1}, but the data has {2} classes: use {2} or remove the key.");

    public static SpecErrorKind BatchSize { get; } =
        new(
            "SCLR023",
            "Batch within the images",
            "{0} is {1}, but there are only {2} {3} and incomplete batches are dropped: use at most {2}."
        );

    public static SpecErrorKind Neighbours { get; } =
        new("SCLR024", "Neighbours within the images", "{0} is {1}, but there are only {2} unlabelled images: use at most {2}.");

    public static SpecErrorKind EmptyList { get; } =
        new("SCLR025", "Empty list", "{0} is empty: give at least one value, or remove the key.");

    // What happens inside a training step: SCLR040 to SCLR047.
    public static SpecErrorKind QueueSize { get; } =
        new(
            "SCLR040",
            "Queue in whole batches of keys",
            "{0} is {1}, but a step adds {2} keys and the queue holds whole steps: use a multiple of {2}, such as {3}, or 0."
        );

    public static SpecErrorKind UnusedMemory { get; } =
        new(
            "SCLR041",
            "Memory that is not used",
            "{0} has settings, but 'use: auto' means no memory for this data, as in the paper: add 'use: always', or remove {0}."
        );

    public static SpecErrorKind OneWayMemory { get; } =
        new(
            "SCLR042",
            "Memory of one direction",
            "{0} is {1}, but with 'queries: first' only second views have keys: use '{2}', or 'queries: both'."
        );

    public static SpecErrorKind LinearOptimizer { get; } =
        new(
            "SCLR043",
            "Optimizer of linear evaluation",
            "{0} is not for linear evaluation, whose classifier carries nothing on but momentum: use {1} and remove the key."
        );

    public static SpecErrorKind OnlineOptimizer { get; } =
        new(
            "SCLR044",
            "Optimizer of the online classifier",
            "{0} is trained by the stage's optimizer and carries nothing on but momentum: use 'lars' or 'sgd', or remove the key."
        );
    public static SpecErrorKind CountsOfSource { get; } =
        new(
            "SCLR026",
            "Counts of a data set",
            "{0} is for folders and shards only, {1} has a number of images of its own: remove the key."
        );

    public static SpecErrorKind ListOfSource { get; } =
        new("SCLR027", "Label list of a data set", "{0} names files, and {1} has none: use 'labels' alone.");

    public static SpecErrorKind StepsOrEpochs { get; } =
        new("SCLR045", "Steps or epochs", "{0} and epochs are both given, and each says how long the training is: leave one out.");

    public static SpecErrorKind NothingFrozen { get; } =
        new(
            "SCLR046",
            "Batch norms of a frozen part",
            "{0} is given, but nothing of the encoder is frozen: add 'freeze: stem' or a later part, or remove the key."
        );

    public static SpecErrorKind FrozenEncoder { get; } =
        new(
            "SCLR047",
            "Batch norms of a frozen encoder",
            "{0} is update, but the batch norms of a whole frozen encoder are at inference in both versions of the reference: remove the key."
        );

    public static SpecErrorKind Evaluations { get; } =
        new("SCLR048", "Evaluations within the training", "{0} is {1}, but a training has only {2} steps: use at most {2}.");

    public static SpecErrorKind NoHeadToFreeze { get; } =
        new(
            "SCLR049",
            "Head to freeze",
            "{0} is true, but fine-tuning keeps no layer of the head: use 'from_head_layer: 1' or more, or remove the key."
        );

    public static SpecErrorKind Microbatches { get; } =
        new("SCLR050", "Batch in whole microbatches", "{0} is {1}, but must divide the batch of {2}: use {3}.");

    public static SpecErrorKind LabelledMicrobatches { get; } =
        new(
            "SCLR051",
            "Labelled images in whole microbatches",
            "{0} is {1}, which makes {2} parts of a step, but its {3} labelled images do not fall into so many: use {4}."
        );

    public static SpecErrorKind NoStage { get; } =
        new(
            "SCLR028",
            "No stage",
            "{0} has no stage, so there is nothing to run: add 'pretrain: {{}}', or 'evaluate: {{ supervised: {{}} }}' for the baseline alone."
        );

    public static SpecErrorKind TooManySteps { get; } =
        new("SCLR029", "Steps of a training", "{0} is {1}, which makes {2} steps: a training has at most {3}; use fewer epochs.");

    // The command line.
    public static SpecErrorKind SettingOfMatrix { get; } =
        new(
            "SCLR055",
            "Setting of a key that the matrix varies",
            "{0} is what tells the experiments of this matrix apart, and they are named after it: choose one by '--where {1}=VALUE'."
        );

    public static SpecErrorKind SettingForm { get; } =
        new("SCLR056", "Form of a setting", "A setting is a key and a value: write KEY=VALUE, as in '--set pretrain.epochs=2'.");

    // The matrix of a sweep.
    public static SpecErrorKind MatrixForm { get; } =
        new(
            "SCLR057",
            "Form of the matrix",
            "{0} must be keys with lists of values, or a list of such maps, but is {1}: write as in 'matrix: {{ encoder.resnet: [50, 101] }}'."
        );

    public static SpecErrorKind MatrixValues { get; } =
        new("SCLR058", "Values of the matrix", "{0} must be a list of values, but is {1}: put it in brackets.");

    public static SpecErrorKind MatrixKey { get; } =
        new("SCLR059", "Key of the matrix", "{0} cannot vary: experiments are named after the other keys of the matrix; remove the key.");

    public static SpecErrorKind MatrixSize { get; } =
        new("SCLR060", "Size of the matrix", "{0} makes {1} experiments, but a file may declare at most {2}: use several files.");

    public static SpecErrorKind MatrixTwice { get; } =
        new("SCLR061", "Experiment declared twice", "{0} makes '{1}' more than once: remove the repeated values.");

    public static SpecErrorKind OnlineLabels { get; } =
        new(
            "SCLR065",
            "Labels of the online classifier",
            "{0} learns from the label of every image that pretraining sees, but only {1} of the {2} training images have one: remove the key."
        );

    // Images that are held out.
    public static SpecErrorKind HeldOut { get; } =
        new(
            "SCLR070",
            "Images beside those held out",
            "{0} is {1}, but {2} of the {3} training images are held out for validation: use at most {4}."
        );

    public static SpecErrorKind NoValidation { get; } =
        new(
            "SCLR071",
            "Validation images to measure on",
            "{0} is validation, but no images are held out for it: add 'validation:' to data, or remove the key."
        );

    /// <summary>Every kind, in the order of the ids.</summary>
    public static Sequence<SpecErrorKind> All { get; } =
    [
        Syntax,
        EmptyFile,
        DuplicateKey,
        UnknownKey,
        MissingKey,
        WrongType,
        OutOfRange,
        UnknownChoice,
        UnsupportedYaml,
        NameForm,
        ClassesOfSource,
        ImageOfSource,
        ImageCount,
        BalancedLabels,
        WidthInChannels,
        ImageForStem,
        SelectiveKernelBlocks,
        OneOptimizer,
        WarmupLength,
        StageOrder,
        HeadLayer,
        StudentClasses,
        BatchSize,
        Neighbours,
        EmptyList,
        CountsOfSource,
        ListOfSource,
        NoStage,
        TooManySteps,
        QueueSize,
        UnusedMemory,
        OneWayMemory,
        LinearOptimizer,
        OnlineOptimizer,
        StepsOrEpochs,
        NothingFrozen,
        FrozenEncoder,
        Evaluations,
        NoHeadToFreeze,
        Microbatches,
        LabelledMicrobatches,
        SettingOfMatrix,
        SettingForm,
        MatrixForm,
        MatrixValues,
        MatrixKey,
        MatrixSize,
        MatrixTwice,
        OnlineLabels,
        HeldOut,
        NoValidation,
    ];
}
