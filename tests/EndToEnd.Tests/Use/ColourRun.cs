using SimClrDsl.EndToEnd.Tests.Harness;
using SimClrDsl.Runtime.Images;

namespace SimClrDsl.EndToEnd.Tests.Use;

/// <summary>A finished run on a folder of noisy pictures in three colours, whose classes have awkward names.</summary>
public abstract class ColourRun : IDisposable
{
    internal const string SpecFile = "colours.yaml";
    internal static readonly string[] Classes = ["blau grün", "green, or so", "red \"ish\""];

    // Which channel is bright in the pictures of a class.
    private static readonly int[] Channels = [2, 1, 0];

    private const int Train = 8;
    private const int Test = 6;

    protected ColourRun(int side)
    {
        foreach (var label in Enumerable.Range(0, Classes.Length))
        {
            Draw("train", label, Train);
            Draw("test", label, Test);
        }

        Place.With(
            SpecFile,
            $$"""
            name: colours
            data: { source: folder, path: images, image: {{side}}, classes: 3, train_images: 24, test_images: 18, labels: 24 }
            encoder: { resnet: 18, width: 0.125 }
            pretrain: { head: { layers: 2, out: 8 }, epochs: 1, batch: 12 }
            finetune: { from_head_layer: 0, epochs: 40, batch: 12, optimizer: { sgd: { lr: 0.2 } } }
            distill: { student: { resnet: 18, width: 0.25 }, epochs: 1, batch: 12 }
            precision: float32

            """
        );
        Place.Simclr("run", SpecFile).Succeeded();
        Folder = Directory.GetDirectories(Place.At("runs")).Single();
    }

    internal Workplace Place { get; } = new();

    /// <summary>The folder of the run.</summary>
    internal string Folder { get; }

    public void Dispose() => Place.Dispose();

    /// <summary>A picture of a class. Each has another size and other noise.</summary>
    internal static Picture Picture(string split, int label, int i)
    {
        var random = new Random((1000 * label) + (split == "test" ? 500 : 0) + i);
        var (width, height) = (88 + (3 * i), 100 - (2 * i));
        var pixels = Enumerable
            .Range(0, 3 * width * height)
            .Select(at => (byte)random.Next(at % 3 == Channels[label] ? 90 : 0, at % 3 == Channels[label] ? 250 : 120));
        return new(width, height, [.. pixels]);
    }

    private void Draw(string split, int label, int count)
    {
        var folder = Directory.CreateDirectory(Place.At($"images/{split}/{Classes[label]}")).FullName;
        for (var i = 0; i < count; i++)
        {
            File.WriteAllBytes(Path.Combine(folder, $"{i}.png"), Pictures.Encode(Picture(split, label, i)));
        }
    }
}

/// <summary>A run whose images are decoded when a batch needs them.</summary>
public sealed class LargeColourRun() : ColourRun(side: 72);

/// <summary>A run whose images are decoded into memory.</summary>
public sealed class SmallColourRun() : ColourRun(side: 24);
