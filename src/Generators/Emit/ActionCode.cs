using SimClrDsl.Planning.Steps;

namespace SimClrDsl.Generators.Emit;

/// <summary>What a step does after it has read its batch, as code: one template for each action.</summary>
internal static class ActionCode
{
    public static IReadOnlyList<Statement> Of(StepAction action, StepCode step) =>
        action.Match<IReadOnlyList<Statement>>(
            unpack: read => [Unpack(read)],
            cut: cut =>
                [
                    $"var {cut.Name} = new Microbatches([{string.Join(", ", cut.Of)}], Microbatch); "
                        + $"// {cut.Parts} of {InputCode.Shape(cut.Images)}",
                ],
            memoryKeys: memory =>
                Statement.Lines(
                    $"""
                    var weights = MovingAverage.Update(memory.Params, p, decay: {Literal.Of(memory.Decay)});
                    var (keys, statistics) = MemoryNetwork.Keys({step.Network}.Forward, weights, memory.State, {memory.Of}, {step.Phase}); // [{memory.Keys}, {memory.Width}]
                    var queue = memory.Queue; // [{memory.Queue}, {memory.Width}], as earlier steps left it
                    """
                ),
            memoryKeysOfAverages: memory =>
                Statement.Lines(
                    $"""
                    var weights = MovingAverage.Update(memory.Params, p, decay: {Literal.Of(memory.Decay)});
                    var statistics = MovingAverage.Update(memory.State, s, decay: {Literal.Of(memory.Decay)});
                    var (keys, _) = MemoryNetwork.Keys({step.Network}.Forward, weights, statistics, {memory.Of}, {step.Phase}); // [{memory.Keys}, {memory.Width}]
                    var queue = memory.Queue; // [{memory.Queue}, {memory.Width}], as earlier steps left it
                    """
                ),
            askTeacher: static _ => ["var target = teacher.Infer(x);"],
            encode: static _ => ["var h = encoder.Infer(x);"],
            differentiate: _ =>
                [$"{Gradients(step)} = Gradient.Of({string.Join(", ", Of(step))}, tracked => Loss(tracked, s, {Inputs(step)}));"],
            differentiateEmbeddings: _ => [$"{Gradients(step)} = Gradient.OfMicrobatches(p, s, parts, Embed, {LossOfEmbeddings(step)});"],
            differentiateMean: mean =>
                [
                    Statement.Call(
                        $"{Gradients(step)} = Gradient.OfMean(",
                        [.. Of(step), "input", "parts: Batch / Microbatch", $"(tracked, part) => Loss(tracked, s, {OfPart(mean)})"]
                    ),
                ],
            clip: clip => [$"var clipped = GlobalNorm.Clip(gradients, limit: {Literal.Of(clip.Limit)});"],
            update: update => [OptimizerCode.Update(update.Optimizer, update.Gradients)],
            trainOnline: online =>
                [
                    $"var onlineGradients = OnlineHead.Gradients(online.Params, features, {LabelsOf(online)});",
                    OptimizerCode.OnlineUpdate(online.Optimizer),
                ],
            enqueue: static _ => ["var kept = MemoryNetwork.Enqueue(queue, keys, step);"],
            enqueueSecond: second => [$"var kept = MemoryNetwork.Enqueue(queue, keys.narrow(0, {second.Images}, {second.Images}), step);"],
            average: average => [$"var averageNext = MovingAverage.Update(average, pNext, decay: {Literal.Of(average.Decay)});"]
        );

    private static string Unpack(StepAction.Unpack read) =>
        read.Names.Count == 1
            ? $"var {read.Names[0]} = input.{Names.Pascal(read.Names[0])};"
            : $"var ({string.Join(", ", read.Names)}) = input;";

    private static string Gradients(StepCode step) => $"var (gradients, (next, metrics{LossCode.MoreResults(step.Plan)}))";

    // What is differentiated by.
    private static string[] Of(StepCode step) => step.Plan.FrozenPaths.Count == 0 ? ["p"] : ["p", "FrozenPaths"];

    private static string Inputs(StepCode step) => string.Join(", ", step.Plan.Loss.Inputs);

    private static string LossOfEmbeddings(StepCode step) => step.Plan.Loss.Inputs.Count == 1 ? "Loss" : $"z => Loss({Inputs(step)})";

    private static string OfPart(StepAction.DifferentiateMean mean) =>
        string.Join(
            ", ",
            mean.Inputs.Select(static input =>
                input.Match(
                    read: static part => $"part.{Names.Pascal(part.Name)}",
                    teacherAnswers: static part => $"teacher.Infer(part.{Names.Pascal(part.Name)})"
                )
            )
        );

    // The labels of the images, once for each view that has features.
    private static string LabelsOf(StepAction.TrainOnline online) =>
        online.Views == 1 ? "labels" : $"cat([{string.Join(", ", Enumerable.Repeat("labels", online.Views))}])";
}
