using System.Globalization;
using SimClrDsl.Specs;

namespace SimClrDsl.Reading;

/// <summary>A kind of error, with the form of its message.</summary>
/// <param name="Id">The id that users see: <c>SCLR007</c>.</param>
/// <param name="Title">What the error is about, in a few words.</param>
/// <param name="Format">The message as a format string: <c>{0}</c> is the key, the other placeholders are the details.</param>
public sealed record SpecErrorKind(string Id, string Title, string Format)
{
    /// <summary>An error of this kind at a place in a file.</summary>
    /// <param name="span">The place.</param>
    /// <param name="path">The dotted key; empty for the file as a whole.</param>
    /// <param name="details">Values for the placeholders from <c>{1}</c> on.</param>
    public SpecError At(SourceSpan span, string path, params object[] details) => Broken(path, details).At(span);

    /// <summary>An error of this kind at a key, which has no place in a file yet.</summary>
    /// <param name="path">The dotted key; empty for the spec as a whole.</param>
    /// <param name="details">Values for the placeholders from <c>{1}</c> on.</param>
    public Violation Broken(string path, params object[] details) =>
        new(this, path, Printable(string.Format(CultureInfo.InvariantCulture, Format, [NameOf(path), .. details])));

    // A message quotes text of the file, whose control characters must not break the line or act on the terminal.
    private static string Printable(string message) =>
        string.Concat(message.Select(static letter => char.IsControl(letter) ? $"\\u{(int)letter:x4}" : letter.ToString()));

    private static string NameOf(string path) => path.Length == 0 ? "The experiment" : $"'{path}'";
}

/// <summary>
/// The catalogue of all errors that a spec can have. An id is never reused, so a rule that is removed leaves a gap.
/// SCLR001 to SCLR099 belong to this catalogue; the generator's own diagnostics start at SCLR100.
/// </summary>
public static class SpecErrors
{
    // Errors of the YAML text.
    /// <summary>The text is not valid YAML.</summary>
    public static SpecErrorKind Syntax { get; } = new("SCLR001", "YAML syntax error", "{1}");

    /// <summary>The file has no content besides comments.</summary>
    public static SpecErrorKind EmptyFile { get; } =
        new("SCLR002", "Empty file", "The file declares no experiment: start with 'name:', 'data:' and 'encoder:'.");

    /// <summary>A map has the same key twice.</summary>
    public static SpecErrorKind DuplicateKey { get; } =
        new("SCLR003", "Duplicate key", "{0} is given twice, first in line {1}: remove one of the two.");

    // Errors of single values.
    /// <summary>A map has a key that its record does not have.</summary>
    public static SpecErrorKind UnknownKey { get; } = new("SCLR004", "Unknown key", "{1} has no key '{2}': {3}");

    /// <summary>A key is missing that has no default, or that another setting requires.</summary>
    public static SpecErrorKind MissingKey { get; } = new("SCLR005", "Missing key", "{0} is missing: add '{1}:' with {2}.");

    /// <summary>A value is of another type than its key takes, such as text for a number.</summary>
    public static SpecErrorKind WrongType { get; } = new("SCLR006", "Wrong type", "{0} must be {1}, but is {2}{3}.");

    /// <summary>A number is outside the range of its key.</summary>
    public static SpecErrorKind OutOfRange { get; } = new("SCLR007", "Value out of range", "{0} must be {1}, but is {2}.");

    /// <summary>A word is none of those that its key takes.</summary>
    public static SpecErrorKind UnknownChoice { get; } = new("SCLR008", "Unknown choice", "{0} cannot be '{1}': {2}");

    /// <summary>
    /// The file uses a YAML feature that specs do not use: anchors, aliases, tags, several documents, or keys that are not text.
    /// </summary>
    public static SpecErrorKind UnsupportedYaml { get; } = new("SCLR009", "YAML that specs do not use", "{1}");

    // Rules between several fields.
    /// <summary>
    /// The experiment's name contains something other than letters, digits and hyphens, or is otherwise unfit for a class and a folder.
    /// </summary>
    public static SpecErrorKind NameForm { get; } =
        new(
            "SCLR010",
            "Name of the experiment",
            "The name '{1}' {2}: use letters, digits and hyphens, start with a letter and do not end with a hyphen, as in 'fashion-mnist'."
        );

    /// <summary><c>data.classes</c> is given for a data set that has a fixed number of classes.</summary>
    public static SpecErrorKind ClassesOfSource { get; } =
        new("SCLR011", "Classes of a data set", "{0} is for synthetic data only, {1} has {2} classes: remove the key.");

    /// <summary><c>data.image</c> differs from the side of the data set's images, which are used at their own size.</summary>
    public static SpecErrorKind ImageOfSource { get; } =
        new("SCLR012", "Image size of a data set", "{0} is {1}, but the images of {2} have {3} pixels a side: remove the key.");

    /// <summary>A number of images is not whole, less than one, or more than there are.</summary>
    public static SpecErrorKind ImageCount { get; } =
        new("SCLR013", "Number of images", "{0} is {1}, which is {2} of the {3} training images: use {4}.");

    /// <summary>A number of labelled images cannot be balanced over the classes.</summary>
    public static SpecErrorKind BalancedLabels { get; } =
        new("SCLR014", "Labels of each class", "{0} is {1}, but labels are balanced over {2} classes: {3}.");

    /// <summary>The width multiplier gives a number of channels that is not whole, or too small.</summary>
    public static SpecErrorKind WidthInChannels { get; } =
        new("SCLR015", "Width in whole channels", "{0} is {1}, which makes {2} channels in the first layer: {3}.");

    /// <summary>The images are too small for the ImageNet stem.</summary>
    public static SpecErrorKind ImageForStem { get; } =
        new(
            "SCLR016",
            "Image size for the stem",
            "{0} is imagenet, which shrinks images to a quarter and needs at least 32 pixels a side, but they have {1}: use 'stem: small'."
        );

    /// <summary>Selective kernels are on for ResNet-18 or 34, and the spec does not say what they change in basic blocks.</summary>
    public static SpecErrorKind SelectiveKernelBlocks { get; } =
        new(
            "SCLR017",
            "Selective kernels in basic blocks",
            "{0} is true, but ResNet-{1} has basic blocks, which have no selective kernels in the official code: add "
                + "'basic_block: official' (ResNet-D stem and skips only) or 'basic_block: selective', or use 'resnet: 50' or deeper."
        );

    /// <summary>A stage has settings for two optimizers.</summary>
    public static SpecErrorKind OneOptimizer { get; } =
        new("SCLR018", "One optimizer a stage", "{0} has both {1} and {2}: keep one of them.");

    /// <summary>The warm-up of a stage is longer than the stage.</summary>
    public static SpecErrorKind WarmupLength { get; } =
        new("SCLR019", "Length of the warm-up", "{0} is {1}, longer than the {2} epochs of the stage: use at most {2} epochs or 100%.");

    /// <summary>A stage is declared without the stage whose result it needs.</summary>
    public static SpecErrorKind StageOrder { get; } =
        new(
            "SCLR020",
            "Stages that build on each other",
            "{0} works on the result of '{1}', which is missing: add '{1}: {{}}' or remove {0}."
        );

    /// <summary>A layer of the projection head is named that the head does not have.</summary>
    public static SpecErrorKind HeadLayer { get; } =
        new("SCLR021", "Layer of the projection head", "{0} is {1}, but the head has {2} layers: use 0 to {2}.");

    /// <summary>The student has another number of classes than the data.</summary>
    public static SpecErrorKind StudentClasses { get; } =
        new("SCLR022", "Classes of the student", "{0} is {1}, but the data has {2} classes: use {2} or remove the key.");

    /// <summary>A batch has more images than there are to draw from.</summary>
    public static SpecErrorKind BatchSize { get; } =
        new("SCLR023", "Batch within the images", "{0} is {1}, but there are only {2} {3} and incomplete batches are dropped: {4}.");

    /// <summary>k-nearest-neighbour evaluation asks for more neighbours than there are images.</summary>
    public static SpecErrorKind Neighbours { get; } =
        new("SCLR024", "Neighbours within the images", "{0} is {1}, but there are only {2} {3}: use at most {2}.");

    /// <summary>The frozen encoder is to be evaluated with labels, but no unlabelled image has one.</summary>
    public static SpecErrorKind NoBank { get; } =
        new(
            "SCLR072",
            "Labels to evaluate with",
            "{0} uses the true labels of the unlabelled images, but none of the {1} has one: remove the key, or give more 'train_labels'."
        );

    /// <summary>A list is empty that needs at least one value.</summary>
    public static SpecErrorKind EmptyList { get; } =
        new("SCLR025", "Empty list", "{0} is empty: give at least one value, or remove the key.");

    // Rules about the training of a stage.
    /// <summary>The memory's queue is not a multiple of the keys that a step adds.</summary>
    public static SpecErrorKind QueueSize { get; } =
        new(
            "SCLR040",
            "Queue in whole batches of keys",
            "{0} is {1}, but a step adds {2} keys and the queue holds whole steps: use a multiple of {2}, such as {3}, or 0."
        );

    /// <summary>The memory has settings, but is not used for this data set.</summary>
    public static SpecErrorKind UnusedMemory { get; } =
        new(
            "SCLR041",
            "Memory that is not used",
            "{0} has settings, but 'use: auto' means no memory for this data, as in the paper: add 'use: always', or remove {0}."
        );

    /// <summary>The memory has queries of first views only, with a setting that needs keys or queries of both views.</summary>
    public static SpecErrorKind OneWayMemory { get; } =
        new(
            "SCLR042",
            "Memory of one direction",
            "{0} is {1}, but with 'queries: first' only second views have keys: use '{2}', or 'queries: both'."
        );

    /// <summary>Linear evaluation has an optimizer that keeps more than momentum from step to step: Adam or averaged weights.</summary>
    public static SpecErrorKind LinearOptimizer { get; } =
        new(
            "SCLR043",
            "Optimizer of linear evaluation",
            "{0} is not for linear evaluation, whose classifier carries nothing on but momentum: use {1} and remove the key."
        );

    /// <summary>Pretraining has an online classifier and Adam, which keeps more than momentum from step to step.</summary>
    public static SpecErrorKind OnlineOptimizer { get; } =
        new(
            "SCLR044",
            "Optimizer of the online classifier",
            "{0} is trained by the stage's optimizer and carries nothing on but momentum: use 'lars' or 'sgd', or remove the key."
        );

    /// <summary>A number of images is given for a data set that has a fixed number.</summary>
    public static SpecErrorKind CountsOfSource { get; } =
        new(
            "SCLR026",
            "Counts of a data set",
            "{0} is for folders and shards only, {1} has a number of images of its own: remove the key."
        );

    /// <summary>A list of labelled images is given for a data set whose images are not files.</summary>
    public static SpecErrorKind ListOfSource { get; } =
        new("SCLR027", "Label list of a data set", "{0} names files, and {1} has none: use 'labels' alone.");

    /// <summary>The length of the supervised baseline is given both in steps and in epochs.</summary>
    public static SpecErrorKind StepsOrEpochs { get; } =
        new("SCLR045", "Steps or epochs", "{0} and epochs are both given, and each says how long the training is: leave one out.");

    /// <summary>Fine-tuning says what frozen batch norms do, but freezes nothing.</summary>
    public static SpecErrorKind NothingFrozen { get; } =
        new(
            "SCLR046",
            "Batch norms of a frozen part",
            "{0} is given, but nothing of the encoder is frozen: add 'freeze: stem' or a later part, or remove the key."
        );

    /// <summary>Fine-tuning freezes the whole encoder and asks its batch norms to update their statistics.</summary>
    public static SpecErrorKind FrozenEncoder { get; } =
        new(
            "SCLR047",
            "Batch norms of a frozen encoder",
            "{0} is update, but the batch norms of a whole frozen encoder are at inference in both versions of the "
                + "reference: remove the key."
        );

    /// <summary>The supervised baseline has fewer steps than there are between two of its evaluations.</summary>
    public static SpecErrorKind Evaluations { get; } =
        new("SCLR048", "Evaluations within the training", "{0} is {1}, but a training has only {2} steps: use at most {2}.");

    /// <summary>Fine-tuning freezes the projection head, but keeps none of its layers.</summary>
    public static SpecErrorKind NoHeadToFreeze { get; } =
        new(
            "SCLR049",
            "Head to freeze",
            "{0} is true, but fine-tuning keeps no layer of the head: use 'from_head_layer: 1' or more, or remove the key."
        );

    /// <summary>The size of a microbatch does not divide the batch.</summary>
    public static SpecErrorKind Microbatches { get; } =
        new("SCLR050", "Batch in whole microbatches", "{0} is {1}, but must divide the batch of {2}: use {3}.");

    /// <summary>The labelled images of a step cannot be divided into as many parts as there are microbatches.</summary>
    public static SpecErrorKind LabelledMicrobatches { get; } =
        new(
            "SCLR051",
            "Labelled images in whole microbatches",
            "{0} is {1}, which makes {2} parts of a step, but its {3} labelled images do not fall into so many: use {4}."
        );

    /// <summary>The spec has no stage.</summary>
    public static SpecErrorKind NoStage { get; } =
        new(
            "SCLR028",
            "No stage",
            "{0} has no stage, so there is nothing to run: add 'pretrain: {{}}', or 'evaluate: {{ supervised: {{}} "
                + "}}' for the baseline alone."
        );

    /// <summary>The epochs of a stage amount to more than 2³¹ − 1 steps.</summary>
    public static SpecErrorKind TooManySteps { get; } =
        new("SCLR029", "Steps of a training", "{0} is {1}, which makes {2} steps: a training has at most {3}; use fewer epochs.");

    // Settings on the command line.
    /// <summary>A setting on the command line changes a key that the matrix varies, or the name of a sweep.</summary>
    public static SpecErrorKind SettingOfMatrix { get; } =
        new(
            "SCLR055",
            "Setting of a key that the matrix varies",
            "{0} is what tells the experiments of this matrix apart, and they are named after it: choose one by '--where {1}=VALUE'."
        );

    /// <summary>A setting on the command line is not of the form KEY=VALUE.</summary>
    public static SpecErrorKind SettingForm { get; } =
        new("SCLR056", "Form of a setting", "A setting is a key and a value: write KEY=VALUE, as in '--set pretrain.epochs=2'.");

    // The matrix of a sweep.
    /// <summary>The matrix is neither a map of keys to lists nor a list of such maps.</summary>
    public static SpecErrorKind MatrixForm { get; } =
        new(
            "SCLR057",
            "Form of the matrix",
            "{0} must be keys with lists of values, or a list of such maps, but is {1}: write as in 'matrix: {{ "
                + "encoder.resnet: [50, 101] }}'."
        );

    /// <summary>A key of the matrix has a value that is not a list.</summary>
    public static SpecErrorKind MatrixValues { get; } =
        new("SCLR058", "Values of the matrix", "{0} must be a list of values, but is {1}: put it in brackets.");

    /// <summary>The matrix varies the name of the experiment.</summary>
    public static SpecErrorKind MatrixKey { get; } =
        new("SCLR059", "Key of the matrix", "{0} cannot vary: experiments are named after the other keys of the matrix; remove the key.");

    /// <summary>The matrix makes too many experiments.</summary>
    public static SpecErrorKind MatrixSize { get; } =
        new("SCLR060", "Size of the matrix", "{0} makes {1} experiments, but a file may declare at most {2}: use several files.");

    /// <summary>The matrix makes two experiments with the same name.</summary>
    public static SpecErrorKind MatrixTwice { get; } =
        new("SCLR061", "Experiment declared twice", "{0} makes '{1}' more than once: remove the repeated values.");

    /// <summary>Pretraining has an online classifier, but not every image has a label.</summary>
    public static SpecErrorKind OnlineLabels { get; } =
        new(
            "SCLR065",
            "Labels of the online classifier",
            "{0} learns from the label of every image that pretraining sees, but only {1} of the {2} training images "
                + "have one: remove the key."
        );

    // Validation images.
    /// <summary>The spec asks for more images than are left after the validation images are held out.</summary>
    public static SpecErrorKind HeldOut { get; } =
        new(
            "SCLR070",
            "Images beside those held out",
            "{0} is {1}, but {2} of the {3} training images are held out for validation: use at most {4}."
        );

    /// <summary>Results are to be measured on validation images, but none are held out.</summary>
    public static SpecErrorKind NoValidation { get; } =
        new(
            "SCLR071",
            "Validation images to measure on",
            "{0} is validation, but no images are held out for it: add 'validation:' to data, or remove the key."
        );

    /// <summary>All kinds, in the order of their ids.</summary>
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
        NoBank,
    ];
}
