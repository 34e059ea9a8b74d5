namespace SimClrDsl.Planning.Steps;

/// <summary>Decides the step of the label-only baseline.</summary>
internal static class LabelOnlyStepPlanner
{
    public static StepPlan Of(Plan plan, LabelOnlyPlan stage)
    {
        var step = LabelledStepPlanner.Of(plan, stage);
        return step with
        {
            Constants = [.. step.Constants, new StepConstant.Whole("EvaluateEvery", stage.EvaluateEvery)],
            Argument = StepArgument.PeakRate,
        };
    }
}
