using System.Text.Json;
using SimClrDsl.EndToEnd.Tests.Harness;
using SimClrDsl.Runtime.Tensors;

namespace SimClrDsl.EndToEnd.Tests.Runs;

/// <summary>
/// The comparison with PyTorch and TorchSharp, on networks too small to time: that contenders do the same work, and what is written about
/// it.
/// </summary>
public sealed class BenchTests
{
    private static readonly string[] Contenders = ["ours", "plain", "tuned", "torchsharp-plain", "torchsharp-tuned"];
    private static readonly string[] Plain = ["plain", "torchsharp-plain"];
    private static readonly string[] Precisions = ["float32", "bf16"];

    // Between them: both kinds of blocks, selective kernels, all stems but one, one colour and three, a precision that is given and one
    // that is chosen.
    [Theory]
    [InlineData("resnet18-quarter-28", "auto", 0.02)]
    [InlineData("resnet50-2x-sk-224", "float32", 1e-3)]
    public void Contenders_agree_and_every_measurement_is_written(string workload, string precision, double tolerance)
    {
        using var folder = new Workplace();
        var outcome = folder
            // One thread each: oneDNN's threads spin while they wait for each other, which takes minutes where cores are busy.
            .SimclrProcess(
                ["bench", "--quick", "--workload", workload, "--precision", precision, "--out", "bench.json"],
                ("OMP_NUM_THREADS", "1")
            )
            .Succeeded();
        Assert.False(Directory.Exists(Path.Combine(Built.Repository, "bench", "peers", "__pycache__")));
        var lines = outcome.OutputLines;
        var written = JsonDocument.Parse(folder.Read("bench.json")).RootElement;

        Assert.Equal(0, written.GetProperty("without").GetArrayLength());
        var table = lines.SkipWhile(static line => !line.StartsWith("workload ", StringComparison.Ordinal)).ToList();
        Assert.Equal(
            "workload contender precision step images/s ours is faster loop images/s ours is faster peak MiB ours is smaller",
            string.Join(' ', table[0].Split(' ', StringSplitOptions.RemoveEmptyEntries))
        );
        Assert.StartsWith(workload, table[1], StringComparison.Ordinal);
        Assert.Equal(Contenders.Length + 2, table.Count);
        Assert.All(Contenders.Zip(table[1..^1]), static row => Assert.Contains($" {row.Item1} ", row.Item2, StringComparison.Ordinal));

        var result = written.GetProperty("workloads").EnumerateArray().Single();
        Assert.InRange(result.GetProperty("loss_difference").GetDouble(), 0, tolerance);
        var contenders = result.GetProperty("contenders").EnumerateArray().ToList();
        Assert.Equal(Contenders, contenders.Select(static one => one.GetProperty("name").GetString()));
        Assert.All(contenders, static one => AssertMeasured(one));
        Assert.All(contenders.Zip(table[1..]), row => AssertPrecision(row.Item1, row.Item2, precision));
        Assert.Equal(
            precision == "auto" ? Contenders.Except(Plain) : [],
            Contenders.Where(name => outcome.Output.Contains($": {name} takes ", StringComparison.Ordinal))
        );
    }

    // The table names each contender's own.
    private static void AssertPrecision(JsonElement contender, string row, string asked)
    {
        var precision = contender.GetProperty("precision").GetString()!;
        Assert.Contains($" {precision} ", row, StringComparison.Ordinal);
        Assert.Contains(
            precision,
            Plain.Contains(contender.GetProperty("name").GetString()) ? ["float32"]
                : asked == "auto" ? Precisions
                : [asked]
        );
    }

    private static void AssertMeasured(JsonElement contender)
    {
        var losses = contender.GetProperty("losses").EnumerateArray().Select(static loss => loss.GetDouble()).ToList();
        Assert.Equal(10, losses.Distinct().Count());
        foreach (var measure in (string[])["step", "loop"])
        {
            var timing = contender.GetProperty(measure);
            Assert.Single(timing.GetProperty("seconds").EnumerateArray());
            Assert.True(timing.GetProperty("images_per_second").GetDouble() > 0);
            Assert.True(timing.GetProperty("peak_bytes").GetInt64() > 1 << 20);
        }
    }

    [Theory]
    [InlineData("--workload resnet18", "there is no workload 'resnet18'", "resnet18-quarter-28")]
    [InlineData("--rounds 4", "--rounds is '4'", "from 5")]
    [InlineData("--steps 0", "--steps is '0'", "from 1")]
    [InlineData("--batch 1", "--batch is '1'", "from 2")]
    [InlineData("--precision fp16", "--precision cannot be 'fp16'", "auto, float32, bf16")]
    [InlineData("--without torchsharp", "--without cannot be 'torchsharp'", "plain, tuned, torchsharp-plain, torchsharp-tuned")]
    [InlineData(
        "--without plain --without tuned --without torchsharp-plain --without torchsharp-tuned",
        "--without leaves nobody to compare with",
        "keep one of plain"
    )]
    [InlineData("--quikc", "no option '--quikc'", "did you mean '--quick'?")]
    [InlineData("--out .", ". is a folder")]
    public void Bad_options_are_told_before_anything_is_measured(string options, params string[] says)
    {
        using var folder = new Workplace();
        folder.Refuses(["bench", .. options.Split(' ')]).Says(says);
    }
}
