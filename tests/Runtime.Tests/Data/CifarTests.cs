using SimClrDsl.Runtime.Data;

namespace SimClrDsl.Runtime.Tests.Data;

/// <summary>CIFAR's binary files, written here in the form their authors describe.</summary>
public sealed class CifarTests : IDisposable
{
    private const int Pixels = 3 * 32 * 32;

    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    // Image i of a file has the label i mod classes; its pixels count on from i.
    private void Write(string name, int images, int labelBytes, int classes)
    {
        var record = labelBytes + Pixels;
        var bytes = new byte[images * record];
        for (var i = 0; i < images; i++)
        {
            bytes[(i * record) + labelBytes - 1] = (byte)(i % classes);
            for (var j = 0; j < Pixels; j++)
            {
                bytes[(i * record) + labelBytes + j] = (byte)(i + j);
            }
        }

        var path = Path.Combine(temp.Path, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllBytes(path, bytes);
    }

    [Fact]
    public void Ten_classes_come_from_five_files_and_one()
    {
        for (var i = 1; i <= 5; i++)
        {
            Write($"cifar-10-batches-bin/data_batch_{i}.bin", 10_000, labelBytes: 1, classes: 10);
        }

        Write("cifar-10-batches-bin/test_batch.bin", 10_000, labelBytes: 1, classes: 10);
        var (train, test) = Cifar.Open10(temp.Path).Value();
        Assert.Equal([50_000, 3, 32, 32], train.Pixels().shape);
        Assert.Equal(10_000, test.Count);
        Assert.Equal([0L, 1, 2], train.Classes()[30_000..30_003]);
        Assert.Equal([3f, 4, 5], train.Pixels()[20_003, 0, 0].Floats()[..3]);
        Assert.Equal(3f, train.Pixels()[20_003, 1, 0, 0].Floats()[0]);
    }

    [Fact]
    public void A_hundred_classes_are_the_fine_ones()
    {
        Write("train.bin", 50_000, labelBytes: 2, classes: 100);
        Write("test.bin", 10_000, labelBytes: 2, classes: 100);
        var (train, _) = Cifar.Open100(temp.Path).Value();
        Assert.Equal([98L, 99, 0], train.Classes()[198..201]);
        Assert.Equal([7f, 8], train.Pixels()[7, 0, 0].Floats()[..2]);
    }

    [Fact]
    public void A_missing_file_is_named() =>
        Assert.Contains("data_batch_1.bin does not exist", Cifar.Open10(temp.Path).Error(), StringComparison.Ordinal);

    [Fact]
    public void A_file_cut_short_and_a_label_out_of_range_are_named()
    {
        Write("test.bin", 10_000, labelBytes: 2, classes: 100);
        Write("train.bin", 49_999, labelBytes: 2, classes: 100);
        Assert.Contains("those of 50000 images", Cifar.Open100(temp.Path).Error(), StringComparison.Ordinal);
        Write("train.bin", 50_000, labelBytes: 2, classes: 101);
        Assert.Contains("label 100 is 100", Cifar.Open100(temp.Path).Error(), StringComparison.Ordinal);
    }
}
