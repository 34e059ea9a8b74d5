namespace SimClrDsl.Runtime;

/// <summary>Lists of labelled images: one file name a line, as the official 1 % and 10 % lists of ImageNet are.</summary>
public static class LabelList
{
    /// <summary>Positions, in ascending order, of the images that a list names.</summary>
    /// <param name="path">Of the list.</param>
    /// <param name="files">The training images.</param>
    /// <param name="expected">How many the experiment is planned for.</param>
    /// <exception cref="InputException">The list cannot be read, or names what is not there, or another number of images.</exception>
    public static int[] Positions(string path, IReadOnlyList<LabelledFile> files, int expected)
    {
        var names = Lines(path);
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        for (var i = 0; i < files.Count; i++)
        {
            if (files[i].Label >= 0)
            {
                places[NameOf(files[i].Image.Name)] = i;
            }
        }

        var missing = names.Where(name => !places.ContainsKey(name)).ToList();
        if (missing.Count > 0)
        {
            var more = missing.Count > 1 ? $" and {missing.Count - 1} more that are" : " which is";
            throw new InputException($"{path} names {missing[0]},{more} not among the training images with a label.");
        }

        var positions = names.Select(name => places[name]).Distinct().Order().ToArray();
        return positions.Length == expected
            ? positions
            : throw new InputException(
                $"{path} names {positions.Length} images, but the experiment is planned for {expected}: write labels: {positions.Length}."
            );
    }

    private static List<string> Lines(string path)
    {
        try
        {
            return [.. File.ReadLines(path).Select(static line => NameOf(line.Trim())).Where(static line => line.Length > 0)];
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            throw new InputException($"the label list {path} cannot be read: {InputException.Reason(e)}.", e);
        }
    }

    // Of a path, and of a member of an archive.
    private static string NameOf(string path) => Path.GetFileName(path[(path.LastIndexOf(':') + 1)..]);
}
