namespace SimClrDsl.Runtime;

/// <summary>Where data sets are looked for.</summary>
internal static class DataFolder
{
    /// <summary>
    /// A path as it is where it is absolute; else within $SIMCLR_DATA, or where that is not set within data/ of the project, or of the folder
    /// the program was started in.
    /// </summary>
    public static string Resolve(string path) =>
        Path.IsPathRooted(path)
            ? path
            : Path.Combine(
                Environment.GetEnvironmentVariable("SIMCLR_DATA")
                    ?? Path.Combine(Environment.GetEnvironmentVariable("SIMCLR_ROOT") ?? ".", "data"),
                path
            );
}
