using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Tests.Images;
using SimClrDsl.Specs;

namespace SimClrDsl.Runtime.Tests.Data;

/// <summary>A folder of picture files that a test makes, and the data set that it is.</summary>
public abstract class PictureFolder : IDisposable
{
    private readonly TempFolder temp = new();

    private protected string Root => temp.Path;

    public void Dispose()
    {
        temp.Dispose();
        GC.SuppressFinalize(this);
    }

    internal PictureFolder With(string path, byte[] bytes)
    {
        var file = Path.Combine(temp.Path, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, bytes);
        return this;
    }

    internal PictureFolder With(params string[] paths)
    {
        Array.ForEach(
            paths,
            path => With(path, PictureTests.File(path.EndsWith("png", StringComparison.Ordinal) ? "colour.png" : "colour.jpg"))
        );
        return this;
    }

    internal PictureFolder TwoClasses() => With("train/b/2.jpg", "train/b/1.png", "train/a/1.jpg", "test/a/1.jpg", "test/b/1.png");

    internal DataPlan Plan(int train = 3, int test = 2, int side = 16, int labels = 2, int skip = 0, int classes = 2) =>
        new(DataSource.Folder, temp.Path, side, Channels: 3, classes, train, test, Unlabelled: train, Labels: labels, SkipBroken: skip);

    internal ExperimentData Open(DataPlan plan) => Datasets.Open(plan, Key.FromSeed(1)).Value();

    /// <summary>Why the data set cannot be opened.</summary>
    internal string Fault(DataPlan plan) => Datasets.Open(plan, Key.FromSeed(1)).Error();
}
