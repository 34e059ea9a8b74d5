using System.Globalization;
using System.Text.Json;
using System.Xml.Linq;
using SimClrDsl.Cli.Pages;
using SimClrDsl.EndToEnd.Tests.Harness;
using SimClrDsl.EndToEnd.Tests.Use;

namespace SimClrDsl.EndToEnd.Tests.Reports;

/// <summary>The page that <c>report</c> writes of runs.</summary>
public sealed class RunReportTests(SmallColourRun run) : IClassFixture<SmallColourRun>
{
    private string Name => Path.GetFileName(run.Folder);

    [Fact]
    public void The_page_refers_to_nothing_outside_itself()
    {
        using var place = Copy();
        Page(place, $"runs/{Name}");
        var text = place.Read($"reports/{Name}.html");
        Assert.All(["http", "@import", "<script", "<link"], outside => Assert.DoesNotContain(outside, text, StringComparison.Ordinal));
        var attributes = XDocument.Parse(text).Descendants().Attributes().ToList();
        Assert.All(
            attributes.Where(static one => one.Name.LocalName is "src" or "href"),
            static one => Assert.StartsWith("data:image/png;base64,", one.Value, StringComparison.Ordinal)
        );
        var ids = attributes.Where(static one => one.Name == "id").Select(static one => one.Value).ToList();
        Assert.Equal(ids.Distinct(), ids);
        Assert.All(
            attributes.Where(static one => one.Value.Contains("url(", StringComparison.Ordinal)),
            one => Assert.Contains(one.Value.Replace("url(#", "", StringComparison.Ordinal).TrimEnd(')'), ids)
        );
    }

    // As a stranger's run may hold.
    [Fact]
    public void Markup_in_a_runs_files_is_text()
    {
        const string Markup = "</pre><script>alert(\"1\")</script>";
        using var place = Copy();
        foreach (var name in (string[])["plan.txt", "left-out.txt"])
        {
            place.With($"runs/{Name}/{name}", Markup);
        }

        var page = Page(place, $"runs/{Name}");
        Assert.Equal(2, page.Descendants("pre").Count(static text => text.Value.TrimEnd() == Markup));
        Assert.Empty(page.Descendants("script"));
    }

    [Fact]
    public void The_page_holds_every_result_the_curves_the_spec_and_the_plan()
    {
        using var place = Copy();
        var page = Page(place, $"runs/{Name}");
        var results = Cells(page.Descendants("table").First());
        var measured = (string[])["finetune", "distill"];
        Assert.Equal(measured.Select(stage => Result(place, stage)), results.Select(static row => (row[0], row[1], row[^1])));
        Assert.Equal(
            [.. new[] { "pretrain", "finetune", "distill" }.SelectMany(Curves), "map of the features of test images"],
            page.Descendants("svg").Select(static svg => svg.Attribute("aria-label")!.Value)
        );
        Assert.All(page.Descendants("svg"), static svg => Assert.NotEmpty(svg.Descendants("polyline").Concat(svg.Descendants("path"))));
        var texts = page.Descendants("pre").Select(static text => text.Value.TrimEnd()).ToList();
        Assert.Contains(place.Read($"runs/{Name}/spec.yaml").TrimEnd(), texts);
        Assert.Contains(place.Read($"runs/{Name}/plan.txt").TrimEnd(), texts);
        Assert.Contains("24", Fact(page, "labelled images"));
        Assert.NotEmpty(Fact(page, "processor"));

        static string[] Curves(string stage) => [$"{stage}: loss", $"{stage}: accuracy in training", $"{stage}: learning rate"];
    }

    [Fact]
    public void An_experiment_without_a_report_gets_the_page_of_its_run()
    {
        using var place = Copy();
        place.Simclr("report", ColourRun.SpecFile).Shows($"reports/{Name}.html");
        var ofSpec = place.Read($"reports/{Name}.html");
        Page(place, $"runs/{Name}");
        Assert.Equal(place.Read($"reports/{Name}.html"), ofSpec);
    }

    [Fact]
    public void The_confusion_matrix_counts_what_predict_says()
    {
        using var place = Copy();
        var predictions = place.Simclr("predict", ColourRun.SpecFile, "images/test", "--stage", "distill", "--json").Json;
        var expected = ColourRun.Classes.Select(label =>
            ColourRun.Classes.Select(given =>
                predictions
                    .EnumerateArray()
                    .Count(one =>
                        Path.GetFileName(Path.GetDirectoryName(one.GetProperty("file").GetString())) == label
                        && one.GetProperty("class").GetString() == given
                    )
            )
        );
        Assert.Equal(expected, Matrix(Page(place, $"runs/{Name}")));
    }

    [Fact]
    public void Pictures_show_views_neighbours_and_a_map_of_every_test_image()
    {
        using var place = Copy();
        var page = Page(place, $"runs/{Name}");
        Assert.Equal(8, Within(page, "views").Descendants("img").Count());

        // Two test images of each of the three classes, each with five of the 24 training images.
        var rows = Within(page, "neighbours")
            .Select(static row => row.Descendants("figcaption").Select(static one => one.Value).ToList())
            .ToList();
        Assert.Equal([.. ColourRun.Classes, .. ColourRun.Classes], rows.Select(static row => row[0]));
        Assert.All(rows, static row => Assert.Equal(6, row.Count));
        Assert.All(rows.SelectMany(static row => row), static name => Assert.Contains(name, ColourRun.Classes));

        // A mark for each of 18 test images, in three shapes and colours.
        var map = page.Descendants("svg").Last();
        Assert.Equal("map of the features of test images", map.Attribute("aria-label")!.Value);
        Assert.Equal(6, map.Descendants("ellipse").Count());
        Assert.All(Enumerable.Range(0, 3), line => Assert.Contains($"var(--line-{line})", map.ToString(), StringComparison.Ordinal));
        Assert.Contains("Features of 18 test images", page.Root!.Value, StringComparison.Ordinal);
    }

    // Its colour is nearly all that a picture of this set has: the features of a network that knows it find pictures of the same class.
    [Fact]
    public void Neighbours_of_a_network_that_knows_the_classes_are_of_the_same_class()
    {
        using var place = Copy();
        File.Delete(place.At($"runs/{Name}/stages/pretrain.json"));
        File.Delete(place.At($"runs/{Name}/stages/distill.json"));
        var page = Page(place, $"runs/{Name}");
        Assert.Contains("Network after 'finetune'", page.Root!.Value, StringComparison.Ordinal);
        Assert.All(
            Within(page, "neighbours").Select(static row => row.Descendants("figcaption").Select(static one => one.Value).ToList()),
            static row => Assert.Single(row.Distinct())
        );
    }

    [Fact]
    public void Warnings_and_what_was_measured_between_epochs_are_on_the_page()
    {
        using var place = Copy();
        place.With(
            $"runs/{Name}/warnings.jsonl",
            """{"stage":"pretrain","step":3,"kind":"collapse","text":"features <collapse>"}""" + "\n"
        );
        place.With(
            $"runs/{Name}/online.jsonl",
            """{"stage":"pretrain","step":2,"epoch":1,"spread":0.5,"knn":0.25}"""
                + "\n"
                + """{"stage":"pretrain","step":4,"epoch":2,"spread":0.6,"knn":0.5}"""
                + "\n"
        );
        var page = Page(place, $"runs/{Name}");
        Assert.Equal("pretrain, step 3: features <collapse>", Assert.Single(page.Descendants("li")).Value);
        Assert.Equal(
            ["pretrain: kNN accuracy between epochs, on training images", "pretrain: spread of the features, 0 if all point the same way"],
            page.Descendants("svg").Select(static svg => svg.Attribute("aria-label")!.Value).Where(static name => !Usual(name))
        );

        static bool Usual(string name) =>
            name.EndsWith(": loss", StringComparison.Ordinal)
            || name.EndsWith("in training", StringComparison.Ordinal)
            || name.EndsWith("learning rate", StringComparison.Ordinal)
            || name.StartsWith("map", StringComparison.Ordinal);
    }

    // The fine-tuned network has learned the colours: all six pictures of a class are right.
    [Fact]
    public void A_network_that_knows_all_classes_has_a_diagonal_and_no_mistakes()
    {
        using var place = Copy();
        File.Delete(place.At($"runs/{Name}/checkpoints/distill.safetensors"));
        var page = Page(place, $"runs/{Name}");
        Assert.Equal(
            [
                [6, 0, 0],
                [0, 6, 0],
                [0, 0, 6],
            ],
            Matrix(page)
        );
        Assert.Empty(Mistakes(page));
        Assert.Contains("18 of 18 test images right, 100.00 %", page.Root!.Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Images_that_are_not_those_of_the_run_are_said_to_be_others_and_mistakes_are_shown()
    {
        using var place = Copy();
        File.Delete(place.At($"runs/{Name}/checkpoints/distill.safetensors"));
        var (first, second) = (
            place.At($"images/test/{ColourRun.Classes[0]}/0.png"),
            place.At($"images/test/{ColourRun.Classes[1]}/0.png")
        );
        File.Copy(second, first, overwrite: true);
        var page = Page(place, $"runs/{Name}");
        Assert.Equal(
            [
                [5, 1, 0],
                [0, 6, 0],
                [0, 0, 6],
            ],
            Matrix(page)
        );
        Assert.Contains("The run measured on other test images", page.Root!.Value, StringComparison.Ordinal);
        Assert.StartsWith(
            $"{ColourRun.Classes[0]}, taken for {ColourRun.Classes[1]} with ",
            Assert.Single(Mistakes(page)).Attribute("alt")!.Value,
            StringComparison.Ordinal
        );
    }

    // The network answers by number, and "blau grün" was the first of three. Under its new name the class is the last.
    [Fact]
    public void Classes_that_have_other_names_than_the_networks_are_not_counted_as_those()
    {
        using var place = Copy();
        foreach (var split in (string[])["train", "test"])
        {
            Directory.Move(place.At($"images/{split}/{ColourRun.Classes[0]}"), place.At($"images/{split}/zz"));
        }

        place
            .Simclr("report", $"runs/{Name}")
            .Succeeded()
            .Shows(
                $"{Name}: no confusion matrix, since the network has other classes than the images: class 0 was '{ColourRun.Classes[0]}' "
                    + $"when it was trained, and is '{ColourRun.Classes[1]}' now: run the experiment again"
            );
        var page = XDocument.Parse(place.Read($"reports/{Name}.html"));
        Assert.DoesNotContain(page.Descendants("table"), static one => (string?)one.Attribute("class") == "matrix");

        // The images' own names are those of their folders.
        string[] names = [.. ColourRun.Classes[1..], "zz"];
        Assert.Equal([.. names, .. names], Within(page, "neighbours").Select(static row => row.Descendants("figcaption").First().Value));
    }

    [Fact]
    public void Numbers_of_a_figure_have_a_point_in_every_language()
    {
        var before = CultureInfo.CurrentCulture;
        var comma = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        comma.NumberFormat.NumberDecimalSeparator = ",";
        try
        {
            CultureInfo.CurrentCulture = comma;
            var svg = CurveFigure.Svg("a curve", "x", [new([(1, 0.25), (2, 0.5), (3, 0.75)])]);
            Assert.Matches(@">0\.\d+<", svg);
            Assert.DoesNotMatch(@">\d+,\d+<", svg);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }
    }

    [Fact]
    public void Without_images_the_page_says_why_it_has_no_matrix()
    {
        using var place = Copy();
        Directory.Delete(place.At("images"), recursive: true);
        place.Simclr("report", $"runs/{Name}").Succeeded().Shows($"{Name}: no confusion matrix, since ");
        Assert.Contains("No confusion matrix: ", place.Read($"reports/{Name}.html"), StringComparison.Ordinal);
    }

    [Fact]
    public void Runs_of_other_seeds_give_mean_deviation_and_number()
    {
        using var place = Copy();
        OtherSeed(place, "second", seed: 2);
        Change(place, $"runs/{Name}/stages/finetune.json", "0.5");
        Change(place, "runs/second/stages/finetune.json", "0.7");
        var outcome = place.Simclr("report", "runs/second", $"runs/{Name}", "--out", "out").Succeeded();
        outcome.Shows("out/colours-2-runs.html", "second: no confusion matrix, since no run in runs has finished stage");
        var page = XDocument.Parse(place.Read("out/colours-2-runs.html"));
        var row = Cells(page.Descendants("table").First())[0];
        Assert.Equal(["fine-tuned", "60.00 ± 14.14 %", "", "2", "1: 50.00 %2: 70.00 %"], row[..5]);
        Assert.Contains(
            "seed 1",
            page.Descendants("p").Single(static one => (string?)one.Attribute("class") == "keys").Value,
            StringComparison.Ordinal
        );
    }

    [Fact]
    public void An_interrupted_run_says_where_it_stands()
    {
        using var place = Copy();
        File.Delete(place.At($"runs/{Name}/summary.json"));
        File.Delete(place.At($"runs/{Name}/stages/distill.json"));
        place.With($"runs/{Name}/checkpoints/distill-0a1b2c3d/step-8.safetensors", "");
        place.With($"runs/{Name}/checkpoints/distill-0a1b2c3d/step-12.safetensors", "");
        var stages = Cells(Page(place, $"runs/{Name}").Descendants("table").ElementAt(1));
        Assert.Equal([Name, "1", "finished", "finished", "interrupted at step 12", "not ended"], Assert.Single(stages));
    }

    [Theory]
    [InlineData("runs/RUN nowhere", "nowhere is not the folder of a run")]
    [InlineData("runs/RUN runs/RUN/", "is given twice")]
    [InlineData("runs/RUN --seed 3", "leave out --where, --set and --seed")]
    [InlineData("colours.yaml runs/RUN", "'colours.yaml' is not the folder of a run")]
    public void What_cannot_be_shown_is_refused(string arguments, string says) =>
        run.Place.Refuses(["report", .. arguments.Replace("RUN", Name, StringComparison.Ordinal).Split(' ')]).Says(says);

    [Fact]
    public void A_long_curve_is_drawn_by_means_and_gaps_stay()
    {
        var curve = new Curve([.. Enumerable.Range(1, 1000).Select(static step => ((double)step, (double)step))]);
        var thinned = CurveFigure.Thinned(curve).Points;
        Assert.Equal(334, thinned.Count);
        Assert.Equal((3, 2), thinned[0]);
        // Two networks of 500 points each: the second begins with a mean of its own.
        var two = new Curve([.. Enumerable.Range(0, 1000).Select(static i => ((double)(i % 500), i < 500 ? 0.0 : 1.0))]);
        Assert.All(CurveFigure.Thinned(two).Points, static point => Assert.True(point.Value is 0 or 1));
        var broken = new Curve([(1, 1), (2, 2), (3, double.NaN), (4, 3), (5, 2)]);
        var svg = CurveFigure.Svg("two parts", "x", [broken]);
        Assert.DoesNotContain("NaN", svg, StringComparison.Ordinal);
        Assert.Contains("var(--line-0)", svg, StringComparison.Ordinal);
        Assert.DoesNotMatch(@"rgb\(1,|#0100|#0101", svg);
    }

    private static (string Title, string Top1, string Protocol) Result(Workplace place, string stage)
    {
        var file = Directory.EnumerateFiles(place.At("runs"), $"{stage}.json", SearchOption.AllDirectories).Single();
        var row = JsonDocument.Parse(File.ReadAllText(file)).RootElement.GetProperty("results")[0];
        var top1 = (100 * row.GetProperty("top1").GetDouble()).ToString("F2", CultureInfo.InvariantCulture);
        return (row.GetProperty("title").GetString()!, $"{top1} %", row.GetProperty("protocol").GetString()!);
    }

    private static XDocument Page(Workplace place, string folder)
    {
        place.Simclr("report", folder).Succeeded().Shows($"reports/{Path.GetFileName(folder)}.html");
        return XDocument.Parse(place.Read($"reports/{Path.GetFileName(folder)}.html"));
    }

    private static IEnumerable<XElement> Mistakes(XDocument page) => Within(page, "mistakes").Descendants("img");

    private static IEnumerable<XElement> Within(XDocument page, string name) =>
        page.Descendants("div").Where(one => ((string?)one.Attribute("class"))?.Split(' ').Contains(name) == true);

    private static List<string[]> Cells(XElement table) =>
        [.. table.Element("tbody")!.Elements("tr").Select(static row => row.Elements().Select(static cell => cell.Value).ToArray())];

    private static IEnumerable<IEnumerable<int>> Matrix(XDocument page)
    {
        var table = page.Descendants("table").Single(static one => (string?)one.Attribute("class") == "matrix");
        Assert.Equal(ColourRun.Classes, table.Element("thead")!.Descendants("th").Skip(1).Select(static cell => cell.Value));
        var rows = Cells(table);
        Assert.Equal(ColourRun.Classes, rows.Select(static row => row[0]));
        return rows.Select(static row => row[1..].Select(static cell => int.Parse(cell, CultureInfo.InvariantCulture)));
    }

    private static string Fact(XDocument page, string name) =>
        page.Descendants("dt").First(one => one.Value == name).ElementsAfterSelf("dd").First().Value;

    // The same run, as if it had been made with another seed.
    private void OtherSeed(Workplace place, string name, int seed)
    {
        Folders.Copy(place.At($"runs/{Name}"), place.At($"runs/{name}"));
        var spec = place.Read($"runs/{name}/spec.yaml");
        Assert.Contains("seed: 1", spec, StringComparison.Ordinal);
        place.With($"runs/{name}/spec.yaml", spec.Replace("seed: 1", $"seed: {seed}", StringComparison.Ordinal));
    }

    private static void Change(Workplace place, string stage, string top1)
    {
        var text = place.Read(stage);
        var before = JsonDocument.Parse(text).RootElement.GetProperty("results")[0].GetProperty("top1").GetRawText();
        place.With(stage, text.Replace($"\"top1\": {before}", $"\"top1\": {top1}", StringComparison.Ordinal));
    }

    private Workplace Copy()
    {
        var copy = new Workplace();
        Folders.Copy(run.Place.Path, copy.Path);
        return copy;
    }
}
