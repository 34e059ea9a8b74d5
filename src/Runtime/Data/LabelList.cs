using LanguageExt;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Runtime.Data;

/// <summary>
/// Reads lists of labelled images, one per line, such as the official 1 % and 10 % lists of ImageNet. A line matches the image whose path
/// ends with it, where whole path segments are compared: <c>cat/001.png</c> is in the folder <c>cat</c>. Each line must match exactly one
/// image. Control characters in names are written as in <see cref="OneLine"/>, and backslashes may stand for slashes.
/// </summary>
internal static class LabelList
{
    private const int Named = 3;

    /// <summary>Positions of the images that a list names, in ascending order.</summary>
    /// <param name="path">Path of the list.</param>
    /// <param name="files">The training images.</param>
    /// <param name="expected">Number of images that the experiment is planned for.</param>
    /// <returns>
    /// The positions; an error if the list cannot be read, if a line matches no image or several images, or if the list has another number
    /// of images.
    /// </returns>
    public static Either<InputError, int[]> Positions(string path, IReadOnlyList<LabelledFile> files, int expected) =>
        Lines(path).Bind(lines => Positions(path, lines, files, expected));

    private static Either<InputError, int[]> Positions(string path, List<string> lines, IReadOnlyList<LabelledFile> files, int expected)
    {
        if (lines.Count == 0)
        {
            return new InputError($"{path} names no image: write one name a line, or remove data.label_list.");
        }

        var places = Enumerable
            .Range(0, files.Count)
            .Where(i => files[i].Label >= 0)
            .ToLookup(i => NameOf(OneLine.Of(files[i].Image.Name)), StringComparer.Ordinal);
        List<int> Matching(string name) => [.. places[NameOf(name)].Where(i => EndsWith(OneLine.Of(files[i].Image.Name), name))];

        // A name is taken as it is written first, since on Linux it may have a backslash or spaces at its ends.
        var names = lines.ConvertAll(line => Matching(line).Count > 0 ? line : Normal(line));
        var found = names.ConvertAll(Matching);
        var missing = names.Where((_, i) => found[i].Count == 0).ToList();
        if (missing.Count > 0)
        {
            var more = missing.Count > 1 ? $" and {missing.Count - 1} more that are" : " which is";
            return new InputError($"{path} names {missing[0]},{more} not among the training images with a label.");
        }

        if (found.FindIndex(static candidates => candidates.Count > 1) is >= 0 and var unclear)
        {
            var candidates = found[unclear].ConvertAll(i => files[i].Image.Name);
            return new InputError(
                $"{path} names {names[unclear]}, which could be {string.Join(" or ", candidates.Take(Named))}"
                    + $"{(candidates.Count > Named ? $" or {candidates.Count - Named} others" : "")}: "
                    + $"write its path, such as CLASS/{NameOf(names[unclear])}."
            );
        }

        var positions = found.ConvertAll(static candidates => candidates[0]).Distinct().Order().ToArray();
        return positions.Length == expected
            ? positions
            : new InputError(
                $"{path} names {positions.Length} images, but the experiment is planned for {expected}: write labels: {positions.Length}."
            );
    }

    private static bool EndsWith(string image, string name)
    {
        var full = Path.IsPathRooted(name) && !Path.IsPathRooted(image) ? Path.GetFullPath(image) : image;
        return full == name
            || (full.EndsWith(name, StringComparison.Ordinal) && (name[0] == '/' || full[full.Length - name.Length - 1] is '/' or ':'));
    }

    /// <summary>
    /// The path of an official list in a data set's folder, or in its subfolder imagenet_subsets/; null if there is none.
    /// </summary>
    public static string? Official(string folder, string name) =>
        new[] { Path.Combine(folder, name), Path.Combine(folder, "imagenet_subsets", name) }.FirstOrDefault(File.Exists);

    private static Either<InputError, List<string>> Lines(string path) =>
        Inputs.Reading($"the label list {path}", () => File.ReadLines(path).Where(static line => Normal(line).Length > 0).ToList());

    private static string Normal(string line)
    {
        var name = line.Trim().Replace('\\', '/');
        return name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name;
    }

    // The last segment of a path, or of the name of an archive's member.
    private static string NameOf(string path) => Path.GetFileName(path[(path.LastIndexOf(':') + 1)..]);
}
