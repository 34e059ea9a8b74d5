using System.Runtime.InteropServices;
using System.Text.Json;

namespace SimClrDsl.Runtime.Tests.Data;

/// <summary>One data folder as the reference reads it (Fixtures/Folders).</summary>
/// <param name="Number">Its number, which is its seed.</param>
/// <param name="Name">What was done to it.</param>
/// <param name="Folder">Where it is.</param>
/// <param name="Source">folder or shards.</param>
/// <param name="Side">Side of the views.</param>
/// <param name="Pixels">Where its views start in the file of views.</param>
/// <param name="Refused">Texts of which the error holds one; null where the folder is opened.</param>
/// <param name="Train">Name and label of each training image that is used, in order.</param>
/// <param name="Test">The same of the test images.</param>
/// <param name="Broken">Training images that cannot be used.</param>
/// <param name="WithoutClass">Test images that have no label.</param>
/// <param name="PassedOver">Other files.</param>
/// <param name="Listed">The images of the label list; null without a list.</param>
public sealed record MutatedFolder(
    int Number,
    string Name,
    string Folder,
    string Source,
    int Side,
    int SkipBroken,
    string? LabelList,
    int Classes,
    int TrainImages,
    int TrainLabels,
    int TestImages,
    int Labels,
    long Pixels,
    string[]? Refused,
    NamedLabel[] Train,
    NamedLabel[] Test,
    string[] Broken,
    string[] WithoutClass,
    string[] PassedOver,
    string[]? Listed
)
{
    public override string ToString() => $"{Number:000} {Name}";
}

/// <summary>An image of a folder.</summary>
/// <param name="Name">Its path within the folder.</param>
/// <param name="Label">Number of its class; −1 for none.</param>
public sealed record NamedLabel(string Name, long Label);

/// <summary>Two hundred data folders, made and read by one process of Python with PIL.</summary>
public sealed class MutatedFolders : IDisposable
{
    /// <summary>How many folders of files, and how many of tar shards.</summary>
    public const int OfFiles = 160;
    public const int OfShards = 40;

    private static readonly JsonSerializerOptions Snake = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly TempFolder temp = new();

    public MutatedFolders()
    {
        Python.Run(Path.Combine("Folders", "mutated_folders.py"), temp.Path, $"{OfFiles}", $"{OfShards}");
        Cases = JsonSerializer.Deserialize<MutatedFolder[]>(File.ReadAllText(temp.File("cases.json")), Snake)!;
    }

    public IReadOnlyList<MutatedFolder> Cases { get; }

    /// <summary>
    /// Views of the images of a folder, training images first: of each that of training, then that of evaluation, float32 [3, side, side].
    /// </summary>
    internal float[][] Views(MutatedFolder folder)
    {
        var length = 3 * folder.Side * folder.Side;
        var views = new float[2 * (folder.Train.Length + folder.Test.Length)][];
        using var file = File.OpenHandle(temp.File("pixels"));
        for (var i = 0; i < views.Length; i++)
        {
            views[i] = new float[length];
            var bytes = MemoryMarshal.AsBytes(views[i].AsSpan());
            Assert.Equal(bytes.Length, RandomAccess.Read(file, bytes, folder.Pixels + ((long)i * bytes.Length)));
        }

        return views;
    }

    public void Dispose() => temp.Dispose();
}
