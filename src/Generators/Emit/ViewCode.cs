using SimClrDsl.Planning;

namespace SimClrDsl.Generators.Emit;

/// <summary>The views of a step of pretraining as code.</summary>
/// <param name="Lines">Lines that make the views of a batch.</param>
/// <param name="Fields">What the step reads: name, expression, shape in words.</param>
/// <param name="Parts">Lines that cut microbatches of what was read; none where all goes through the network at once.</param>
/// <param name="Compared">What the memory network makes keys of.</param>
internal sealed record ViewCode(
    IReadOnlyList<Statement> Lines,
    IReadOnlyList<(string Name, string Value, string Words)> Fields,
    IReadOnlyList<Statement> Parts,
    string Compared
)
{
    public static ViewCode Of(Plan plan, PretrainPlan stage) =>
        stage.Passes.Match(
            both: _ => Both(plan, stage),
            bothInParts: parts =>
                Two(plan, stage, "first", "second") with
                {
                    Parts = [Cut(plan, stage, "parts", "first, second", parts.Images, views: 2)],
                    Compared = "parts",
                },
            first: _ => Two(plan, stage, "views", "answers") with { Compared = "answers" },
            firstInParts: parts =>
                Two(plan, stage, "views", "answers") with
                {
                    Parts =
                    [
                        Cut(plan, stage, "parts", "views", parts.Images, views: 1),
                        Cut(plan, stage, "answered", "answers", parts.Images, views: 1),
                    ],
                    Compared = "answered",
                }
        );

    // One view after the other, in one batch.
    private static ViewCode Both(Plan plan, PretrainPlan stage)
    {
        var shape = $"[{stage.Batch}, {plan.Data.Channels}, {plan.Data.Side}, {plan.Data.Side}]";
        var both = Images(plan, 2 * stage.Batch);
        return new(
            [
                $"var first = View(batch.Images, key.At(0)); // {shape}",
                $"var second = View(batch.Images, key.At(1)); // {shape}",
                $"var views = cat([first, second]).ForNetwork(batch.Compute); // {both}",
            ],
            [("views", "views", both)],
            Parts: [],
            Compared: "views"
        );
    }

    private static ViewCode Two(Plan plan, PretrainPlan stage, string first, string second)
    {
        var images = Images(plan, stage.Batch);
        return new(
            [
                $"var {first} = View(batch.Images, key.At(0)).ForNetwork(batch.Compute); // {images}",
                $"var {second} = View(batch.Images, key.At(1)).ForNetwork(batch.Compute); // {images}",
            ],
            [(first, first, images), (second, second, images)],
            Parts: [],
            Compared: ""
        );
    }

    private static Statement Cut(Plan plan, PretrainPlan stage, string name, string of, int images, int views) =>
        $"var {name} = new Microbatches([{of}], Microbatch); // {stage.Batch / images} of {Images(plan, views * images)}";

    private static string Images(Plan plan, int count) => Names.Images(plan.Data.Channels, plan.Data.Side, $"{count}");
}
