using System.Text;
using DiffPlex;
using DiffPlex.DiffBuilder;
using DiffPlex.DiffBuilder.Model;

namespace VerifyTests;

/// <summary>An accepted text in a file, and the one received now.</summary>
internal sealed class Snapshot(string path, string extension, string received)
{
    private const int Context = 2;

    private string Verified => $"{path}.verified.{extension}";

    private string Received => $"{path}.received.{extension}";

    /// <summary>What is wrong, or null.</summary>
    public string? Fault(bool accept)
    {
        File.Delete(Received);
        var accepted = File.Exists(Verified) ? File.ReadAllText(Verified) : null;
        if (accepted == received)
        {
            return null;
        }

        if (accept)
        {
            File.WriteAllText(Verified, received);
            return null;
        }

        File.WriteAllText(Received, received);
        var what = accepted is null ? "is new" : "differs";
        return $"{Path.GetFileName(Verified)} {what}; UPDATE_SNAPSHOTS=1 accepts it:\n{Diff(accepted ?? "")}";
    }

    /// <summary>Accepted files of the same test that nothing was received for any more.</summary>
    public static IEnumerable<string?> Forgotten(string prefix, IReadOnlyList<Snapshot> snapshots, bool accept)
    {
        var known = snapshots.Select(static snapshot => snapshot.Verified).ToHashSet();
        foreach (var file in Directory.EnumerateFiles(Path.GetDirectoryName(prefix)!, $"{Path.GetFileName(prefix)}*.verified.*"))
        {
            if (!known.Contains(file))
            {
                if (accept)
                {
                    File.Delete(file);
                }
                else
                {
                    yield return $"{Path.GetFileName(file)} is no longer generated; UPDATE_SNAPSHOTS=1 deletes it.";
                }
            }
        }
    }

    /// <summary>Changed lines, with a few around them.</summary>
    private string Diff(string accepted)
    {
        var lines = new InlineDiffBuilder(new Differ()).BuildDiffModel(accepted, received).Lines;
        var near = Enumerable.Range(0, lines.Count).Where(i => lines[i].Type != ChangeType.Unchanged).ToArray();
        var text = new StringBuilder();
        var last = -1;
        foreach (var i in near.SelectMany(static i => Enumerable.Range(i - Context, (2 * Context) + 1)).Distinct().Order())
        {
            if (i >= 0 && i < lines.Count)
            {
                text.Append(i > last + 1 ? "  ...\n" : "").Append(Mark(lines[i].Type)).Append(lines[i].Text).Append('\n');
                last = i;
            }
        }

        return text.ToString();
    }

    private static string Mark(ChangeType type) =>
        type switch
        {
            ChangeType.Inserted => "+ ",
            ChangeType.Deleted => "- ",
            _ => "  ",
        };
}
