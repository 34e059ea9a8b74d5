using SimClrDsl.EndToEnd.Tests.Harness;
using SimClrDsl.Runtime.Images;

namespace SimClrDsl.EndToEnd.Tests.Runs;

/// <summary>A person's own folder of plainly coloured images, some of them broken, beside the spec that names it.</summary>
public sealed class FolderRunTests : IDisposable
{
    private const string Spec = """
        name: mine
        data: { source: folder, path: images, image: 96, classes: 2, train_images: 24, test_images: 4, labels: 4, skip_broken: 8 }
        encoder: { resnet: 18, width: 0.125 }
        pretrain: { head: { layers: 2, out: 8 }, epochs: 1, batch: 8 }
        evaluate: { knn: { k: 3 } }
        finetune: { epochs: 1, batch: 4 }

        """;

    private readonly Workplace place = new();

    public void Dispose() => place.Dispose();

    private void Put(string name, byte[] bytes)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(place.At(name))!);
        File.WriteAllBytes(place.At(name), bytes);
    }

    private static byte[] Colour(int channel, byte shade) =>
        Pictures.Encode(new(8, 8, [.. Enumerable.Range(0, 192).Select(i => i % 3 == channel ? shade : (byte)0)]));

    [Fact]
    public void What_is_left_out_is_named_and_changed_images_run_again()
    {
        for (var i = 0; i < 12; i++)
        {
            Put($"images/train/a/{i:d2}.png", i < 4 ? Colour(0, 255) : []);
            Put($"images/train/b/{i:d2}.png", Colour(2, 255));
        }

        foreach (var i in Enumerable.Range(0, 2))
        {
            Put($"images/test/a/{i}.png", Colour(0, 250));
            Put($"images/test/b/{i}.png", Colour(2, 250));
        }

        Put("images/train/a/picture.gif", []);
        place.With("spec.yaml", Spec);

        // From another folder the path is still the spec's; counts that differ say what to write, and the rest is said with them.
        place
            .Simclr("check", "spec.yaml", "--data")
            .Succeeded()
            .Shows("8 of 24 training images are broken", "16 unlabelled images", "1 .gif file");
        place.With(
            "wrong.yaml",
            Spec.Replace("train_images: 24, test_images: 4", "train_images: 20, test_images: 6", StringComparison.Ordinal)
        );
        place.Refuses(["check", "wrong.yaml", "--data"]).Says("write train_images: 24 and test_images: 4");

        var first = place.Simclr("run", "spec.yaml").Succeeded();
        first.Shows("8 of 24 training images are broken and left out: train/a/04.png (empty file)", "1 .gif file");
        Assert.Contains(
            "bank of 16 images with labels, frozen encoder; 8 broken training images left out",
            first.Output,
            StringComparison.Ordinal
        );
        var folder = Assert.Single(Directory.GetDirectories(place.At("runs")));
        var leftOut = File.ReadAllLines(Path.Combine(folder, "left-out.txt"));
        Assert.Equal(9, leftOut.Length);
        Assert.Equal(("train/a/04.png\tempty file", "train/a/picture.gif\t.gif file"), (leftOut[0], leftOut[^1]));
        Assert.Equal(4, File.ReadAllLines(Path.Combine(folder, "labelled.txt")).Length);
        Assert.Equal(1.0, RunFiles.Top1(folder)["knn"]);

        // Another test image: what was measured on it is measured again, and pretraining is not.
        Put("images/test/b/1.png", Colour(2, 251));
        var second = place.Simclr("run", "spec.yaml").Succeeded();
        second.Shows(
            "pretrain: finished before",
            "knn: runs again: finished before in",
            "but test images changed since",
            "finetune: runs again"
        );
        place
            .Simclr("run", "spec.yaml")
            .Succeeded()
            .Shows("pretrain: finished before", "knn: finished before", "finetune: finished before");
    }

    [Fact]
    public void Images_without_any_label_pretrain()
    {
        foreach (var i in Enumerable.Range(0, 8))
        {
            Put($"images/unlabelled/{i}.png", Colour(i % 3, 200));
        }

        place.With(
            "spec.yaml",
            """
            name: mine
            data: { source: folder, path: images, image: 32, train_images: 8 }
            encoder: { resnet: 18, width: 0.125 }
            pretrain: { head: { layers: 2, out: 8 }, epochs: 1, batch: 8 }

            """
        );
        place.Simclr("check", "spec.yaml", "--data").Succeeded().Shows("8 unlabelled images, of which 0 have a label");
        place.Simclr("run", "spec.yaml").Succeeded();
        var folder = Assert.Single(Directory.GetDirectories(place.At("runs")));
        Assert.True(File.Exists(Path.Combine(folder, "checkpoints/pretrain.safetensors")));
        Assert.False(File.Exists(Path.Combine(folder, "labelled.txt")));
    }
}
