using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.Runtime.Tests.Data;

public sealed class FashionMnistTests
{
    [Fact]
    public void A_missing_folder_is_named_with_the_package_that_brings_it()
    {
        var error = FashionMnist.Open("/no/such/folder").Error();
        Assert.Contains("/no/such/folder", error, StringComparison.Ordinal);
        Assert.Contains("apt-get install dataset-fashion-mnist", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_missing_file_is_named()
    {
        using var folder = new TempFolder();
        var error = FashionMnist.Open(folder.Path).Error();
        Assert.Contains("train-images-idx3-ubyte[.gz] is not in it", error, StringComparison.Ordinal);
    }

    [Fact]
    public void A_file_with_another_number_of_images_is_refused()
    {
        using var folder = new TempFolder();
        File.WriteAllBytes(folder.File("train-images-idx3-ubyte"), [0, 0, 8, 3, 0, 0, 0, 0, 0, 0, 0, 28, 0, 0, 0, 28]);
        var error = FashionMnist.Open(folder.Path).Error();
        Assert.Contains("0×28×28 bytes instead of Fashion-MNIST's 60000×28×28", error, StringComparison.Ordinal);
    }

    [Fact]
    public void The_installed_package_is_read_whole()
    {
        if (!Directory.Exists(FashionMnist.PackageFolder))
        {
            return;
        }

        var (train, test) = FashionMnist.Open(folder: null).Value();
        Assert.Equal([60_000, 1, 28, 28], train.Pixels().shape);
        Assert.Equal([10_000, 1, 28, 28], test.Pixels().shape);
        Assert.All(test.Classes().GroupBy(static label => label), static group => Assert.Equal(1000, group.Count()));
        Assert.Equal([9L, 2, 1, 1, 6, 1, 4, 6, 5, 7], test.Classes()[..10]);
    }
}
