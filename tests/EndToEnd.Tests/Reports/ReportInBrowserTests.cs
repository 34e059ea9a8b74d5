using SimClrDsl.EndToEnd.Tests.Harness;
using SimClrDsl.EndToEnd.Tests.Use;

namespace SimClrDsl.EndToEnd.Tests.Reports;

/// <summary>The page of a run as a browser shows it, on a desk and on a telephone, by day and by night.</summary>
public sealed class ReportInBrowserTests(SmallColourRun run) : IClassFixture<SmallColourRun>
{
    [FactWithChromium]
    public void The_page_is_shown_without_complaints_or_requests_at_any_width_and_in_both_themes()
    {
        run.Place.Simclr("report", run.Folder, "--out", "seen").Succeeded();
        var path = Directory.GetFiles(run.Place.At("seen"), "*.html").Single();
        using var browser = new Browser();
        var seen = new[] { 1280, 400 }
            .SelectMany(static width => new[] { new Reader(width, Dark: false), new Reader(width, Dark: true) })
            .ToDictionary(static reader => reader, reader => browser.See(path, reader));
        foreach (var (reader, page) in seen)
        {
            Assert.Equal([new Uri(path).AbsoluteUri], page.Requests);
            Assert.Empty(page.Complaints);
            Assert.Equal(0, page.BrokenImages);
            // Wide tables scroll in boxes of their own, and never the page.
            Assert.InRange(page.PageWidth, 1, reader.Width);
        }

        Assert.Equal(2, seen.GroupBy(static one => (one.Key.Dark, one.Value.Background)).Count());
        Assert.Equal(2, seen.Select(static one => one.Value.Background).Distinct().Count());
    }

    // A browser that saw nothing would find no fault in any page.
    [FactWithChromium]
    public void A_page_with_faults_is_seen_to_have_them()
    {
        var path = run
            .Place.With("faulty.html", "<img src='gone.png'/><p style='width: 3000px'>x</p><script>missing()</script>")
            .At("faulty.html");
        using var browser = new Browser();
        var page = browser.See(path, new(400, Dark: false));
        Assert.Contains(page.Requests, static url => url.EndsWith("gone.png", StringComparison.Ordinal));
        Assert.Contains(page.Complaints, static text => text.Contains("missing is not defined", StringComparison.Ordinal));
        Assert.True(page.PageWidth >= 3000);
        Assert.Equal(1, page.BrokenImages);
    }
}
