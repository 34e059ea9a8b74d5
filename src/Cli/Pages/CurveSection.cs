using SimClrDsl.Runtime.Training;

namespace SimClrDsl.Cli.Pages;

/// <summary>The curves of a group of runs: for each stage its loss, accuracy and learning rate, one line for each run.</summary>
internal static class CurveSection
{
    // The measures of a point; the learning rate of a point that has none is a gap.
    private static readonly (string Name, Func<MetricsPoint, double> Value)[] Measures =
    [
        ("loss", static point => point.Loss),
        ("accuracy in training", static point => point.Accuracy),
        ("learning rate", static point => point.LearningRate ?? double.NaN),
    ];

    // Measured between epochs of pretraining; what a run did not measure is a gap.
    private static readonly (string Name, Func<OnlinePoint, double> Value)[] OnlineMeasures =
    [
        ("kNN accuracy between epochs, on training images", static point => point.Knn ?? double.NaN),
        ("linear accuracy between epochs, on training images", static point => point.Linear ?? double.NaN),
        ("spread of the features, 0 if all point the same way", static point => point.Spread),
    ];

    /// <param name="group">The runs.</param>
    /// <param name="id">A name that no other group of the page has.</param>
    public static string Of(SeedGroup group, string id)
    {
        var stages = group.Runs[0].Run.Stages.Select(static stage => stage.Name).Where(stage => Points(group, stage).Any()).ToList();
        return stages.Count == 0
            ? ""
            : $"<h3>Curves</h3>\n{Keys(group)}{string.Concat(stages.Select(stage => Stage(group, stage, $"{id}-{stage}")))}";
    }

    private static string Stage(SeedGroup group, string stage, string id) =>
        $"<h4>{Html.Text(stage)}</h4>\n<div class=\"figures\">\n"
        + string.Concat(
            Measures.Select(
                (measure, i) =>
                    Figure(
                        $"{stage}: {measure.Name}",
                        measure.Name,
                        $"{id}-{i}",
                        [.. group.Runs.Select(one => Of(one.Run.Points.Where(point => point.Stage == stage), Step, measure.Value))]
                    )
            )
        )
        + string.Concat(
            OnlineMeasures.Select(
                (measure, i) =>
                    Figure(
                        $"{stage}: {measure.Name}",
                        measure.Name,
                        $"{id}-online-{i}",
                        [.. group.Runs.Select(one => Of(one.Run.Online.Where(point => point.Stage == stage), OnlineStep, measure.Value))]
                    )
            )
        )
        + "</div>\n";

    private static int Step(MetricsPoint point) => point.Step;

    private static int OnlineStep(OnlinePoint point) => point.Step;

    private static Curve Of<TPoint>(IEnumerable<TPoint> points, Func<TPoint, int> step, Func<TPoint, double> value) =>
        new([.. points.Select(point => ((double)step(point), value(point)))]);

    private static string Figure(string title, string name, string id, IReadOnlyList<Curve> curves)
    {
        var missing = curves.Sum(static curve => curve.Points.Count(static point => !double.IsFinite(point.Value)));
        if (missing == curves.Sum(static curve => curve.Points.Count))
        {
            return "";
        }

        var each = curves.Max(CurveFigure.EachOf);
        var caption =
            name
            + (each > 1 ? $"; a drawn point is the mean of {each} measured ones" : "")
            + (missing > 0 ? $"; {missing} points without a finite value are not drawn" : "");
        return $"<figure>{CurveFigure.Svg(title, id, curves)}<figcaption>{Html.Text(caption)}</figcaption></figure>\n";
    }

    private static IEnumerable<MetricsPoint> Points(SeedGroup group, string stage) =>
        group.Runs.SelectMany(static one => one.Run.Points).Where(point => point.Stage == stage);

    // The lines of one run need no key. Lines beyond the colours are dashed, as in the figures.
    private static string Keys(SeedGroup group) =>
        group.Runs.Count == 1
            ? ""
            : "<p class=\"keys\">"
                + string.Concat(
                    group.Runs.Select(
                        static (one, i) =>
                            $"<span class=\"key\" style=\"--line: {PageStyle.Line(i)}; border-top-style: {Dashes(i)}\"></span>"
                            + $"<span>seed {one.Run.Spec.Seed}</span>"
                    )
                )
                + "</p>\n";

    private static string Dashes(int line) =>
        (line / PageStyle.LineColours) switch
        {
            0 => "solid",
            1 => "dashed",
            _ => "dotted",
        };
}
