using SimClrDsl.Cli.Running;
using SimClrDsl.EndToEnd.Tests.Harness;

namespace SimClrDsl.EndToEnd.Tests.Plans;

/// <summary>What `simclr doctor` says of a machine, and `simclr data` of downloads.</summary>
public sealed class MachineTests
{
    [Fact]
    public void Doctor_looks_at_everything_and_advises_where_something_is_to_do()
    {
        using var place = new Workplace();
        var findings = place.Simclr("doctor", "--json").Succeeded().Json.EnumerateArray().ToList();
        string[] subjects =
        [
            "processor",
            "precision",
            "GPU",
            "kernels",
            "allocator",
            "memory",
            "disk for runs",
            "cache",
            "JPEG files",
            "PNG files",
        ];
        var found = findings.Select(static one => one.GetProperty("subject").GetString()).ToList();
        Assert.Superset(
            new HashSet<string?>([.. subjects, "WebP files", "fashion-mnist", "cifar10", "cifar100", "imagenet", "version"]),
            found.ToHashSet()
        );
        Assert.All(findings, static one => Assert.NotEqual("", one.GetProperty("state").GetString()));
        Assert.All(
            findings.Where(static one => one.GetProperty("health").GetString() != "ok"),
            static one => Assert.True(one.GetProperty("advice").GetString() is { Length: > 0 }, $"{one}")
        );
        var text = place.Simclr("doctor").Succeeded();
        // A note where OMP_NUM_THREADS leaves cores unused.
        Assert.Matches("^(ok|note) +processor ", text.OutputLines[0]);
        text.Shows("TorchSharp", "kernels");
    }

    [Fact]
    public void What_is_missing_is_told_with_the_line_to_type()
    {
        var library = MachineCheck.Library("PNG files", "libnowhere.so.7", "libnowhere7", Health.Missing);
        Assert.Equal((Health.Missing, "libnowhere.so.7 is missing"), (library.Health, library.State));
        Assert.EndsWith("install -y --no-install-recommends libnowhere7", library.Advice, StringComparison.Ordinal);
        Assert.Equal(Health.Note, MachineCheck.Cache("/dev/null/simclr").Health);
        Assert.Equal(Health.Note, MachineCheck.Cache(null).Health);
        Assert.Equal((Health.Note, "1.0 GiB of 4.0 GiB available"), Shown(MachineCheck.Memory(1L << 30, 4L << 30)));
        Assert.Equal((Health.Good, "3.0 GiB of 4.0 GiB available"), Shown(MachineCheck.Memory(3L << 30, 4L << 30)));

        static (Health, string) Shown(Finding finding) => (finding.Health, finding.State);
    }

    [Theory]
    [InlineData("data cifar1 x", "there is no data set 'cifar1' to lay out: did you mean 'cifar10'?")]
    [InlineData("data cifar10 nowhere.tar.gz", "nowhere.tar.gz does not exist: give the archive that was downloaded")]
    [InlineData("data cifar10 .", "holds no data_batch_1, data_batch_2", "https://www.cs.toronto.edu/~kriz/cifar.html")]
    [InlineData("data cifar100 .", "holds no train, test: give cifar-100-binary.tar.gz or cifar-100-python.tar.gz")]
    public void A_download_that_is_not_there_is_told(string line, params string[] says)
    {
        using var place = new Workplace();
        place.Refuses([.. line.Split(' '), "--out", "out"]).Says(says);
    }
}
