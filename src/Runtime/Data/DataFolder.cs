namespace SimClrDsl.Runtime.Data;

/// <summary>Where a data set is looked for, and what is remembered of it.</summary>
/// <param name="SpecFolder">Folder of the spec's file; null for an experiment that was built with the project.</param>
/// <param name="Cache">What earlier checks of images found.</param>
/// <param name="Progress">Told how many of how many images have been checked; from several threads.</param>
public sealed record DataPlace(string? SpecFolder, ImageCache Cache, Action<int, int>? Progress = null)
{
    /// <summary>No spec's folder and nothing remembered.</summary>
    public static DataPlace Anywhere { get; } = new(SpecFolder: null, ImageCache.None);
}

/// <summary>Where data sets are looked for.</summary>
internal static class DataFolder
{
    /// <summary>
    /// A path as it is where it is absolute. Else it is looked for beside the spec's file, then within $SIMCLR_DATA, or where that is not set
    /// within data/ of the project, or of the folder the program was started in; where it is nowhere, the first of these places is given.
    /// </summary>
    public static string Resolve(string path, DataPlace place)
    {
        var data = OfData(path);
        if (Path.IsPathRooted(path) || place.SpecFolder is not { } folder)
        {
            return data;
        }

        var beside = Path.Combine(folder, path);
        return Path.Exists(beside) || !Path.Exists(data) ? beside : data;
    }

    /// <summary>The place of a data set that the spec gives no path for.</summary>
    public static string OfData(string path) =>
        Path.Combine(
            Environment.GetEnvironmentVariable("SIMCLR_DATA")
                ?? Path.Combine(Environment.GetEnvironmentVariable("SIMCLR_ROOT") ?? ".", "data"),
            path
        );

    /// <summary>A file that belongs to a data set: in its folder, or else beside the spec's file.</summary>
    public static string File(string name, string folder, DataPlace place)
    {
        var within = Path.Combine(folder, name);
        return place.SpecFolder is { } spec && !System.IO.File.Exists(within) && System.IO.File.Exists(Path.Combine(spec, name))
            ? Path.Combine(spec, name)
            : within;
    }
}
