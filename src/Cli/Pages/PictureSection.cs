namespace SimClrDsl.Cli.Pages;

/// <summary>The pictures of a run: views as training sees them, nearest neighbours, and a map of the features.</summary>
internal static class PictureSection
{
    /// <param name="run">The run.</param>
    /// <param name="several">Whether the page has several runs of this group.</param>
    /// <param name="id">A name that no other run of the page has.</param>
    public static string Of(ReportedRun run, bool several, string id)
    {
        var title = several ? $"Pictures and features, seed {run.Run.Spec.Seed}" : "Pictures and features";
        var pictures = run.Pictures;
        return $"<h3>{title}</h3>\n"
            + (pictures.Missing is { } missing ? $"<p>Not everything can be shown: {Html.Text(missing)}.</p>\n" : "")
            + Views(pictures.Views)
            + (pictures.Features is { } features ? Shown(features, id) : "");
    }

    private static string Views(IReadOnlyList<byte[]> views) =>
        views.Count == 0
            ? ""
            : "<h4>Views that pretraining compares</h4>\n"
                + "<p class=\"quiet\">The first images of the first step: each as it is, then its two random views.</p>\n"
                + "<div class=\"strips views\">\n"
                + string.Concat(views.Select(static png => Html.Image(png, "an image and two views of it") + "\n"))
                + "</div>\n";

    private static string Shown(RunFeatures features, string id) =>
        $"<h4>Nearest neighbours</h4>\n<p class=\"quiet\">{Html.Text(features.Network)}: test images, and the most similar of "
        + $"{features.Searched} training images by the cosine of their features, the most similar first.</p>\n"
        + string.Concat(features.Found.Select(Row))
        + (features.Map is { } map ? MapSection.Of(map, id) : "");

    private static string Row(Neighbours found) =>
        "<div class=\"neighbours\">\n"
        + Figure(found.Query, "test image")
        + string.Concat(found.Nearest.Select(static near => Figure(near, "training image")))
        + "</div>\n";

    private static string Figure(PagePicture picture, string what) =>
        $"<figure>{Html.Image(picture.Png, picture.Class ?? what)}"
        + $"<figcaption>{Html.Text(picture.Class ?? "no label")}</figcaption></figure>\n";
}
