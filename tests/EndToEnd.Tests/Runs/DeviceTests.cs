using SimClrDsl.EndToEnd.Tests.Harness;

namespace SimClrDsl.EndToEnd.Tests.Runs;

/// <summary>Where and how a run computes.</summary>
public sealed class DeviceTests
{
    // The spec's hash, and with it the folder, does not depend on the device; on the precision it does.
    [Fact]
    public void On_a_cpu_tf32_is_float32_to_the_byte()
    {
        using var folder = Tiny.Workplace();
        var networks = ((string[])["float32", "tf32"])
            .Select(precision =>
            {
                var outcome = folder
                    .Simclr(
                        "run",
                        Tiny.File,
                        "--set",
                        $"precision={precision}",
                        "--device",
                        "cpu",
                        "--only",
                        "pretrain",
                        "--out",
                        precision
                    )
                    .Succeeded();
                Assert.Contains("; cpu, float32, ", outcome.Output, StringComparison.Ordinal);
                var run = Assert.Single(Directory.GetDirectories(folder.At(precision)));
                return (Name: Path.GetFileName(run), Weights: Weights(Path.Combine(run, "checkpoints", "pretrain.safetensors")));
            })
            .ToList();
        Assert.Equal(networks[0].Weights, networks[1].Weights);
        Assert.NotEqual(networks[0].Name, networks[1].Name);
    }

    // Without the header, which names the stage's hash.
    private static byte[] Weights(string path)
    {
        var bytes = File.ReadAllBytes(path);
        return bytes[(sizeof(long) + (int)BitConverter.ToInt64(bytes))..];
    }
}
