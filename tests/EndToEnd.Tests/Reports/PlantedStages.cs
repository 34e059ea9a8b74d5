using System.Globalization;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Specs;

namespace SimClrDsl.EndToEnd.Tests.Reports;

/// <summary>
/// A sweep of which every stage is finished, each with accuracies that no other has: a number in the wrong place of a report is seen as
/// such.
/// </summary>
internal sealed class PlantedStages : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("simclr-reports-");
    private readonly Dictionary<string, int> numbers = [];
    private readonly Sweep sweep;

    /// <param name="sweep">The experiments.</param>
    /// <param name="finished">Whether a stage of an experiment is finished; left out, all are.</param>
    public PlantedStages(Sweep sweep, Func<Spec, string, bool>? finished = null)
    {
        this.sweep = sweep;
        foreach (var cell in sweep.Cells)
        {
            foreach (var (stage, hash) in StageHashes.Of(Plan.Of(cell.Spec)))
            {
                if (finished?.Invoke(cell.Spec, stage) != false && numbers.TryAdd($"{stage} {hash}", numbers.Count))
                {
                    Write(stage, hash, numbers.Count - 1);
                }
            }
        }
    }

    /// <summary>Folder of all runs.</summary>
    public string Runs => folder.FullName;

    /// <summary>The top-1 accuracy, in percent, of a stage of the one experiment that has these settings of the matrix.</summary>
    public string Top1(string stage, params (string Key, string Text)[] settings) => Text(Number(stage, settings), first: 10);

    /// <summary>The same of top-5.</summary>
    public string Top5(string stage, params (string Key, string Text)[] settings) => Text(Number(stage, settings), first: 60);

    /// <summary>The top-1 accuracy as a number.</summary>
    public double Percent(string stage, params (string Key, string Text)[] settings) =>
        double.Parse(Top1(stage, settings), CultureInfo.InvariantCulture);

    public void Dispose() => folder.Delete(recursive: true);

    private int Number(string stage, (string Key, string Text)[] settings)
    {
        var found = sweep
            .Cells.Where(cell => settings.All(setting => (cell.Find(setting.Key) ?? "") == setting.Text))
            .Select(static cell => StageHashes.Of(Plan.Of(cell.Spec)))
            .Where(hashes => hashes.ContainsKey(stage))
            .Select(hashes => numbers[$"{stage} {hashes[stage]}"])
            .Distinct()
            .ToList();
        return Assert.Single(found);
    }

    // From 10.0 % on, by tenths, and top-5 by tenths from 60.0 % on: at most 400 of each.
    private static string Text(int number, int first)
    {
        Assert.InRange(number, 0, 399);
        return (first + (number / 10m)).ToString("F1", CultureInfo.InvariantCulture);
    }

    private void Write(string stage, string hash, int number)
    {
        var run = folder.CreateSubdirectory($"{stage}-{hash}");
        run.CreateSubdirectory("stages");
        run.CreateSubdirectory("checkpoints");
        File.WriteAllText(Path.Combine(run.FullName, "checkpoints", $"{stage}.safetensors"), "");
        var (top1, top5) = (Fraction(number, 10), Fraction(number, 60));
        File.WriteAllText(
            Path.Combine(run.FullName, "stages", $"{stage}.json"),
            $$"""
            { "stage": "{{stage}}", "hash": "{{hash}}", "results": [
                { "title": "planted", "top1": {{top1}}, "protocol": "planted", "top5": {{top5}} }
            ] }
            """
        );
    }

    private static string Fraction(int number, int first) => ((first + (number / 10m)) / 100).ToString(CultureInfo.InvariantCulture);
}
