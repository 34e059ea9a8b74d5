using System.Globalization;
using SimClrDsl.Runtime.Runs;

namespace SimClrDsl.Cli.Pages;

/// <summary>Which classes the network of a run recognizes and which it confuses.</summary>
internal static class ConfusionSection
{
    // A matrix of more classes fits no page.
    private const int MatrixClasses = 30;
    private const int ShownPairs = 30;

    public static string Of(ReportedRun run, bool several)
    {
        var title = several ? $"Classes, seed {run.Run.Spec.Seed}" : "Classes";
        return $"<h3>{title}</h3>\n"
            + (
                run.Test.Tested is { } tested
                    ? Tested(tested, run.Run.MeasuredOn)
                    : $"<p>No confusion matrix: {Html.Text(run.Test.Missing ?? "the network was not tried")}.</p>\n"
            );
    }

    private static string Tested(TestedNetwork tested, string images)
    {
        var confusion = tested.Confusion;
        var accuracy = ResultTable.Percent((double)confusion.Right / confusion.Images);
        return $"<p>{Html.Text(tested.Network)}: {confusion.Right} of {confusion.Images} {images} right, {accuracy}.</p>\n"
            + (tested.Note is { Length: > 0 } note ? $"<p><strong>{Html.Text(note)}</strong></p>\n" : "")
            + (confusion.Classes.Count <= MatrixClasses ? Matrix(confusion) : Pairs(confusion))
            + Classes(confusion)
            + Pictures(tested.Worst);
    }

    private static string Matrix(Confusion confusion)
    {
        var cells = Enumerable.Range(0, confusion.Classes.Count).ToList();
        var head = string.Concat(confusion.Classes.Select(static name => $"<th scope=\"col\">{Html.Text(name)}</th>"));
        var rows = cells.Select(label =>
            $"<tr><th scope=\"row\">{Html.Text(confusion.Classes[label])}</th>"
            + string.Concat(cells.Select(given => Cell(confusion, label, given)))
            + "</tr>\n"
        );
        return "<p class=\"quiet\">A row holds the images of one class, a column those that were taken for it.</p>\n"
            + $"<div class=\"wide\"><table class=\"matrix\"><thead><tr><th></th>{head}</tr></thead><tbody>\n{string.Concat(rows)}"
            + "</tbody></table></div>\n";
    }

    private static string Cell(Confusion confusion, int label, int given)
    {
        var (count, all) = (confusion.Counts[label][given], confusion.Counts[label].Sum());
        var right = label == given ? " class=\"right\"" : "";
        return $"<td{right} style=\"--share: {Share(count, all)}\">{count}</td>";
    }

    private static string Pairs(Confusion confusion) =>
        $"<p class=\"quiet\">The {ShownPairs} most frequent mistakes; a matrix of {confusion.Classes.Count} classes is too large.</p>\n"
        + Html.Table(
            ["class", "taken for", "images"],
            confusion
                .Mistakes.Take(ShownPairs)
                .Select(pair =>
                    new[] { Html.Text(confusion.Classes[pair.Label]), Html.Text(confusion.Classes[pair.Given]), $"{pair.Count}" }
                )
        );

    private static string Classes(Confusion confusion) =>
        "<h4>Accuracy of each class</h4>\n"
        + Html.Table(
            ["class", "images", "right", "accuracy", "", "taken for it", "of these right"],
            Enumerable.Range(0, confusion.Classes.Count).Select(label => Class(confusion, label))
        );

    private static IEnumerable<string> Class(Confusion confusion, int label)
    {
        var (right, all, given) = (confusion.Counts[label][label], confusion.Counts[label].Sum(), confusion.Given(label));
        return
        [
            Html.Text(confusion.Classes[label]),
            $"{all}",
            $"{right}",
            all == 0 ? "no images" : ResultTable.Percent((double)right / all),
            $"<span class=\"bar\"><i style=\"--share: {Share(right, all)}\"></i></span>",
            $"{given}",
            given == 0 ? "none" : ResultTable.Percent((double)right / given),
        ];
    }

    private static string Pictures(IReadOnlyList<Mistake> worst) =>
        worst.Count == 0
            ? ""
            : "<h4>Mistakes that the network was surest of</h4>\n<div class=\"pictures mistakes\">\n"
                + string.Concat(worst.Select(Picture))
                + "</div>\n";

    private static string Picture(Mistake mistake)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{mistake.Label}, taken for {mistake.Given} with {100 * mistake.Probability:F0} %"
        );
        return $"<figure>{Html.Image(mistake.Png, text)}<figcaption>{Html.Text(text)}</figcaption></figure>\n";
    }

    private static string Share(int part, int all) => (all == 0 ? 0 : (double)part / all).ToString("0.###", CultureInfo.InvariantCulture);
}
