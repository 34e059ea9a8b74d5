using System.Formats.Tar;
using System.IO.Compression;
using System.Text;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Images;

namespace SimClrDsl.Runtime.Tests.Data;

/// <summary>What people download of CIFAR, laid out as the program reads it; small files of three images in place of the whole.</summary>
public sealed class CifarArchiveTests : IDisposable
{
    private const int Pixels = 3 * 32 * 32;

    private static readonly CifarDownload.Part[] Parts =
    [
        new("data_batch_1.bin", "data_batch_1", 3),
        new("test_batch.bin", "test_batch", 3),
    ];

    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    private static byte[] PixelsOf(int seed)
    {
        var pixels = new byte[3 * Pixels];
        new Random(seed).NextBytes(pixels);
        return pixels;
    }

    private static byte[] Binary(int seed, params byte[] labels) =>
        [.. labels.SelectMany((label, i) => PixelsOf(seed)[(i * Pixels)..((i + 1) * Pixels)].Prepend(label))];

    private static byte[] Text(string letters) => Encoding.Latin1.GetBytes(letters);

    // The instructions that Python 2 wrote into the authors' files, one after the other.
    private static byte[] Pickled(int seed, params byte[] labels) =>
        [
            .. Text("\u0080\u0002}q\u0001(U\u000bbatch_labelq\u0002U\u0015training batch 1 of 5q\u0003U\u0006labelsq\u0004]q\u0005("),
            .. labels.SelectMany(static label => (byte[])[(byte)'K', label]),
            .. Text(
                "eU\u0004dataq\u0006cnumpy.core.multiarray\n_reconstruct\nq\u0007cnumpy\nndarray\nq\u0008K\u0000\u0085U\u0001b\u0087Rq\t("
            ),
            .. Text("K\u0001K\u0003M\u0000\u000c\u0086cnumpy\ndtype\nq\nU\u0002u1K\u0000K\u0001\u0087Rq\u000b(K\u0003U\u0001|NNN"),
            .. Text("J\u00ff\u00ff\u00ff\u00ffJ\u00ff\u00ff\u00ff\u00ffK\u0000tb\u0089T"),
            .. BitConverter.GetBytes(3 * Pixels),
            .. PixelsOf(seed),
            .. Text("tbU\tfilenamesq\u000c]q\r(U\u0005a.pngU\u0005b.pngU\u0005c.pngeu."),
        ];

    private string Archive(params (string Name, byte[] Bytes)[] members)
    {
        using (var file = File.Create(temp.File("cifar-10.tar.gz")))
        using (var zip = new GZipStream(file, CompressionLevel.Fastest))
        using (var tar = new TarWriter(zip))
        {
            foreach (var (name, bytes) in members)
            {
                tar.WriteEntry(new PaxTarEntry(TarEntryType.RegularFile, name) { DataStream = new MemoryStream(bytes) });
            }
        }

        return temp.File("cifar-10.tar.gz");
    }

    private string Target => temp.File("laid/out");

    private void LayOut(string from) => CifarArchive.LayOut(Parts, classes: 10, from, Target).Value();

    private string Fault(string from)
    {
        var message = CifarArchive.LayOut(Parts, classes: 10, from, Target).Error();
        Assert.False(Directory.Exists(Target), "nothing is written");
        return message;
    }

    private void AssertLaidOut()
    {
        Assert.Equal(["data_batch_1.bin", "test_batch.bin"], Directory.GetFiles(Target).Select(Path.GetFileName).Order());
        Assert.Equal(Binary(1, 6, 9, 0), File.ReadAllBytes(Path.Combine(Target, "data_batch_1.bin")));
        Assert.Equal(Binary(2, 3, 8, 1), File.ReadAllBytes(Path.Combine(Target, "test_batch.bin")));
    }

    [Fact]
    public void The_binary_version_is_laid_out_from_its_archive()
    {
        LayOut(
            Archive(
                ("cifar-10-batches-bin/data_batch_1.bin", Binary(1, 6, 9, 0)),
                ("cifar-10-batches-bin/test_batch.bin", Binary(2, 3, 8, 1))
            )
        );
        AssertLaidOut();
    }

    [Fact]
    public void The_Python_version_is_laid_out_from_its_archive()
    {
        LayOut(Archive(("cifar-10-batches-py/data_batch_1", Pickled(1, 6, 9, 0)), ("cifar-10-batches-py/test_batch", Pickled(2, 3, 8, 1))));
        AssertLaidOut();
    }

    [Fact]
    public void Unpacked_files_and_a_folder_with_the_archive_are_as_good()
    {
        var unpacked = Directory.CreateDirectory(temp.File("downloads/cifar-10-batches-py")).FullName;
        File.WriteAllBytes(Path.Combine(unpacked, "data_batch_1"), Pickled(1, 6, 9, 0));
        File.WriteAllBytes(Path.Combine(unpacked, "test_batch"), Pickled(2, 3, 8, 1));
        LayOut(unpacked);
        AssertLaidOut();
        Directory.Delete(Target, recursive: true);
        LayOut(temp.File("downloads"));
        AssertLaidOut();
    }

    [Fact]
    public void A_member_that_would_be_written_elsewhere_is_not()
    {
        LayOut(
            Archive(
                ("../../data_batch_1.bin", Binary(1, 6, 9, 0)),
                ("/test_batch.bin", Binary(2, 3, 8, 1)),
                ("../evil.sh", Text("evil")),
                ("x/../../evil.sh", Text("evil"))
            )
        );
        AssertLaidOut();
        Assert.Empty(Directory.GetFiles(temp.Path, "evil.sh", SearchOption.AllDirectories));
        Assert.False(File.Exists(Path.Combine(temp.Path, "..", "evil.sh")));
    }

    // Python would run the command; here a call is a value like any other.
    [Theory]
    [InlineData("cos\nsystem\nU\u0005false\u0085R.")]
    [InlineData("\u0080\u0002}q\u0001(U\u0004datacos\nsystem\nU\u0005false\u0085RU\u0006labels]u.")]
    [InlineData("S'quoted'\n.")]
    [InlineData("\u0080\u0002}")]
    [InlineData("\u0080\u0002}U\u00ff.")]
    [InlineData("h\u0007.")]
    [InlineData("...")]
    [InlineData("tttt.")]
    [InlineData("T\u00ff\u00ff\u00ff\u00ff.")]
    public void A_pickle_of_another_kind_is_refused_in_one_line(string pickle)
    {
        var message = Fault(Archive(("data_batch_1", Text(pickle)), ("test_batch", Pickled(2, 3, 8, 1))));
        Assert.Contains("data_batch_1", message, StringComparison.Ordinal);
        Assert.Contains("download it again", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Damaged_pickles_are_refused_or_hold_other_images()
    {
        var whole = Pickled(1, 6, 9, 0);
        for (var at = 0; at < 400; at++)
        {
            var damaged = whole.ToArray();
            damaged[at] ^= (byte)(1 << (at % 8));
            var from = Archive(("data_batch_1", damaged), ("test_batch", Pickled(2, 3, 8, 1)));
            if (!CifarArchive.LayOut(Parts, classes: 10, from, Target).Try(out _, out var error))
            {
                Assert.Contains("data_batch_1", error.Message, StringComparison.Ordinal);
            }
        }
    }

    [Fact]
    public void What_is_missing_cut_short_or_too_large_is_named()
    {
        Assert.Contains(
            "holds no test_batch.bin: give cifar-10-binary.tar.gz or cifar-10-python.tar.gz",
            Fault(Archive(("data_batch_1.bin", Binary(1, 6, 9, 0)))),
            StringComparison.Ordinal
        );
        Assert.Contains(
            "has 12 bytes instead of 9219",
            Fault(Archive(("data_batch_1.bin", new byte[12]), ("test_batch.bin", Binary(2, 3, 8, 1)))),
            StringComparison.Ordinal
        );
        var archive = Archive(("data_batch_1.bin", Binary(1, 6, 9, 0)), ("test_batch.bin", Binary(2, 3, 8, 1)));
        File.WriteAllBytes(archive, File.ReadAllBytes(archive)[..2000]);
        Assert.EndsWith("is cut short, or no .tar.gz file: download it again.", Fault(archive), StringComparison.Ordinal);
        File.WriteAllText(archive, "<html>not found</html>");
        Assert.EndsWith("is cut short, or no .tar.gz file: download it again.", Fault(archive), StringComparison.Ordinal);
    }

    [Fact]
    public void Pictures_are_written_in_folders_of_their_classes()
    {
        var from = Archive(("data_batch_1", Pickled(1, 6, 9, 0)), ("test_batch", Pickled(2, 3, 8, 1)));
        Assert.Equal(6, CifarArchive.LayOutPictures(Parts, classes: 10, from, Target).Value());
        string[] names =
        [
            "test/automobile/00002.png",
            "test/cat/00000.png",
            "test/ship/00001.png",
            "train/airplane/00002.png",
            "train/frog/00000.png",
            "train/truck/00001.png",
        ];
        var files = Directory.GetFiles(Target, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(Target, file));
        Assert.Equal(names, files.Order(StringComparer.Ordinal));
        var picture = Pictures.Decode(File.ReadAllBytes(Path.Combine(Target, "train/truck/00001.png")));
        var planes = PixelsOf(1)[Pixels..(2 * Pixels)];
        Assert.Equal((32, 32), (picture.Width, picture.Height));
        Assert.All(Enumerable.Range(0, Pixels), i => Assert.Equal(planes[(i % 3 * 1024) + (i / 3)], picture.Pixels[i]));
    }

    [Fact]
    public void A_folder_that_cannot_be_written_is_named()
    {
        File.WriteAllText(temp.File("laid"), "a file, and no folder");
        var from = Archive(("data_batch_1", Pickled(1, 6, 9, 0)), ("test_batch", Pickled(2, 3, 8, 1)));
        Assert.StartsWith(
            $"{Path.Combine(Target, "data_batch_1.bin")} cannot be written: ",
            CifarArchive.LayOut(Parts, classes: 10, from, Target).Error(),
            StringComparison.Ordinal
        );
        Assert.Matches(
            $"^{Path.Combine(Target, "train")}/.*[.]png cannot be written: ",
            CifarArchive.LayOutPictures(Parts, classes: 10, from, Target).Error()
        );
    }

    [Fact]
    public void CIFAR_100_keeps_both_labels()
    {
        CifarDownload.Part[] parts = [new("train.bin", "train", 3)];
        var pickle = Encoding.Latin1.GetString(Pickled(1, 6, 9, 0));
        var both = pickle.Replace(
            "U\u0006labelsq\u0004]q\u0005(K\u0006K\u0009K\u0000e",
            "U\u000bfine_labels]q\u0005(K\u000bK\u0063K\u0000eU\u000dcoarse_labels](K\u0001K\u0002K\u0003e",
            StringComparison.Ordinal
        );
        CifarArchive.LayOut(parts, classes: 100, Archive(("cifar-100-python/train", Text(both))), Target).Value();
        var bytes = File.ReadAllBytes(Path.Combine(Target, "train.bin"));
        Assert.Equal((3 * (Pixels + 2), 1, 11), (bytes.Length, bytes[0], bytes[1]));
        Assert.Equal((2, 99), (bytes[Pixels + 2], bytes[Pixels + 3]));
        Assert.Equal(PixelsOf(1)[..Pixels], bytes[2..(Pixels + 2)]);
    }
}
