using System.Globalization;

namespace SimClrDsl.Cli.Pages;

/// <summary>
/// The map of a run's features. A class has a colour and a shape of its own, so that readers who cannot tell two colours apart still can
/// tell the classes.
/// </summary>
internal static class MapSection
{
    // More colours and shapes cannot be told apart.
    private const int MostClasses = 14;

    /// <param name="map">The map.</param>
    /// <param name="id">A name that no other run of the page has.</param>
    public static string Of(FeatureMap map, string id)
    {
        var shown = Enumerable
            .Range(0, map.Classes.Count)
            .Where(label => map.Labels.Contains(label))
            .Take(MostClasses)
            .Select(static (label, i) => (Label: label, Mark: i))
            .ToList();
        var points = shown
            .Select(one => new MapClass(
                one.Mark,
                [.. map.Components.Points.Where((_, i) => map.Labels[i] == one.Label).Select(static point => (point.X, point.Y))]
            ))
            .ToList();
        return "<h4>Map of the features</h4>\n"
            + $"<p class=\"quiet\">{Explanation(map, shown.Count)}</p>\n"
            + $"<p class=\"marks\">{string.Concat(shown.Select(one => Key(one.Mark, map.Classes[one.Label])))}</p>\n"
            + $"<figure class=\"map\">{MapFigure.Svg("map of the features of test images", $"{id}-map", points)}</figure>\n";
    }

    private static string Explanation(FeatureMap map, int classes)
    {
        var all = map.Labels.Distinct().Count();
        var (first, second) = (100 * map.Components.First, 100 * map.Components.Second);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"Features of {map.Labels.Count} test images, scaled to unit length, along their first two principal components, "
                + $"which hold {first:F0} % and {second:F0} % of the variance: what lies apart here is apart, and what lies together "
                + $"need not be.{(classes < all ? $" The first {classes} of {all} classes are drawn." : "")}"
        );
    }

    private static string Key(int mark, string name) =>
        $"<span style=\"color: {PageStyle.Line(mark)}\">{MapFigure.Glyph(mark)}</span>\u00a0{Html.Text(name)} ";
}
