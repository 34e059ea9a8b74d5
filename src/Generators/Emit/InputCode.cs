using SimClrDsl.Planning.Steps;

namespace SimClrDsl.Generators.Emit;

/// <summary>A tensor that a step reads, as code.</summary>
/// <param name="Lines">Lines that make it.</param>
/// <param name="Value">Its expression.</param>
/// <param name="Words">Its shape in words.</param>
internal sealed record InputCode(IReadOnlyList<Statement> Lines, string Value, string Words)
{
    public static InputCode Of(StepInput input) =>
        input.Match(
            bothViews: views => new InputCode(
                Statement.Lines(
                    $"""
                    var first = View(batch.Images, key.At(0)); // {Tensor(views.Images)}
                    var second = View(batch.Images, key.At(1)); // {Tensor(views.Images)}
                    var views = cat([first, second]).ForNetwork(batch.Compute); // {Shape(views.Views)}
                    """
                ),
                Value: "views",
                Shape(views.Views)
            ),
            view: view =>
                new(
                    [$"var {view.Name} = View(batch.Images, key.At({view.Index})).ForNetwork(batch.Compute); // {Shape(view.Images)}"],
                    Value: view.Name,
                    Shape(view.Images)
                ),
            augmented: images => new([Augmented(images)], Value: images.Name, Shape(images.Images)),
            labels: labels => new([], Value: $"{Batch(labels.Of)}.Labels", $"int64 [{labels.Count}]"),
            features: features => new([], Value: "batch.Values", $"[{features.Count}, {features.Width}]")
        );

    /// <summary>The call that prepares crops.</summary>
    public static Statement Prepare(PreparedCrops prepared) =>
        prepared.Match(
            ofViews: views =>
                Statement.Call(
                    "batch.Images.Prepare(",
                    [AugmentCode.Prepared(views.Crop, "key.At(0).At(\"crop\")"), AugmentCode.Prepared(views.Crop, "key.At(1).At(\"crop\")")]
                ),
            ofImages: images =>
                Statement.Call($"{Batch(images.Of)}.Images.Prepare(", [AugmentCode.Prepared(images.Crop, Key(images.KeyIndex))])
        );

    /// <summary>Images in words.</summary>
    public static string Shape(ImageShape images) => Names.Images(images.Channels, images.Side, $"{images.Count}");

    private static string Tensor(ImageShape images) => $"[{images.Count}, {images.Channels}, {images.Side}, {images.Side}]";

    // If the statement is too long, it is broken at the calls, as the formatter does.
    private static Statement Augmented(StepInput.Augmented images)
    {
        var (batch, calls) = (Batch(images.Of), AugmentCode.OneKey(images.Operations, Key(images.KeyIndex)));
        string[] lines = [$"{batch}.Images{calls[0]}", .. calls.Skip(1), $".ForNetwork({batch}.Compute);"];
        return new(
            $"var {images.Name} = {string.Concat(lines)}",
            [
                $"var {images.Name} = batch",
                $"    {lines[0].Substring("batch".Length)}",
                .. lines.Skip(1).Select(static line => $"    {line}"),
            ]
        );
    }

    private static string Batch(BatchPart part) => part == BatchPart.All ? "batch" : $"batch.{part}";

    private static string Key(int? index) => index is null ? "key" : $"key.At({index})";
}
