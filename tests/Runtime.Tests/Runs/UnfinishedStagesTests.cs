using SimClrDsl.Runtime.Runs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tests.Runs;

/// <summary>Checkpoints of unfinished stages as files: when they are written, which are kept, and what damage does.</summary>
public sealed class UnfinishedStagesTests : IDisposable
{
    private readonly TempFolder root = new();

    public void Dispose() => root.Dispose();

    private UnfinishedStages Files(string data = "1", string code = "c") =>
        new(
            RunFolder.Create(root.Path, "a", "b").Value(),
            new("pretrain", "hash", new Dictionary<string, string> { ["unlabelled images"] = data }, code)
        );

    private static KeyValuePair<string, Tensor>[] Tensors => [new("params.kernel", arange(12, dtype: float32)), new("state.mean", ones(3))];

    private static UnfinishedNote Note(int position) =>
        new(
            position,
            position,
            new(1.5f, 0.25f, 3, 12.5),
            [new(new("pretrain", 10, 0.5, 4.25, 0.125, 0.1), new("pretrain", 10, 9, 3))],
            "own"
        );

    [Fact]
    public void What_was_written_comes_back()
    {
        Files().Write(Tensors, Note(13), keep: 2);
        var found = Files().Newest(Assert.Fail)!;
        Assert.Equal(Note(13).ToJson(), found.Note.ToJson());
        Assert.Equal(Enumerable.Range(0, 12).Select(static i => (float)i), found.Tensors["params.kernel"].data<float>().ToArray());
    }

    [Fact]
    public void The_newest_are_kept_by_number_and_not_by_name()
    {
        foreach (var position in (int[])[9, 10, 100, 20])
        {
            Files().Write(Tensors, Note(position), keep: 2);
        }

        // 100 was of a training that went another way: 20 came after it.
        Assert.Equal(20, Files().Newest(Assert.Fail)!.Note.Position);
        Assert.Equal(2, Directory.GetFiles(root.Path, "step-*", SearchOption.AllDirectories).Length);
    }

    // Flipped bits, lost ends, bytes that are added, and headers that lie about lengths.
    [Fact]
    public void Of_a_thousand_damaged_checkpoints_none_is_loaded_wrongly()
    {
        Files().Write(Tensors, Note(10), keep: 2);
        var newest = Files().Write(Tensors, Note(20), keep: 2);
        var whole = File.ReadAllBytes(newest);
        var draw = new Random(1);
        for (var i = 0; i < 1000; i++)
        {
            File.WriteAllBytes(newest, Damaged(whole, draw, kind: i % 5));
            var said = new List<string>();
            var found = Files().Newest(said.Add)!;
            Assert.Equal(10, found.Note.Position);
            Assert.StartsWith($"pretrain: {newest} ", Assert.Single(said), StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_file_of_another_name_is_no_checkpoint()
    {
        var path = Files().Write(Tensors, Note(10), keep: 2);
        File.Copy(path, path.Replace("step-10", "step-ten", StringComparison.Ordinal));
        File.WriteAllText(path.Replace("step-10.safetensors", "step-99.safetensors.partial", StringComparison.Ordinal), "half");
        Assert.Equal(10, Files().Newest(Assert.Fail)!.Note.Position);
    }

    [Fact]
    public void Another_program_begins_anew_and_says_so()
    {
        Files().Write(Tensors, Note(10), keep: 2);
        Assert.False(Files(code: "other").Any());
        Assert.EndsWith("but the program that computed it has changed since", Files(code: "other").Outdated(), StringComparison.Ordinal);
        Assert.Null(Files().Outdated());
    }

    [Fact]
    public void Checkpoints_are_due_by_time_that_has_passed_and_not_by_the_date()
    {
        var clock = new Clock();
        using var writer = new CheckpointWriter(Files(), new(Keep: 2, TimeSpan.FromMinutes(5)), clock, Assert.Fail);
        Assert.False(writer.IsDue(1));
        clock.Passed = TimeSpan.FromMinutes(5);
        clock.Date = clock.Date.AddYears(-1);
        Assert.True(writer.IsDue(2));
        writer.Begin(Tensors, Note(2));
        Assert.False(writer.IsDue(3));
    }

    [Fact]
    public void A_folder_that_is_removed_meanwhile_is_made_again()
    {
        using var writer = new CheckpointWriter(Files(), new(Keep: 2, TimeSpan.FromDays(1), EverySteps: 1), new Clock(), Assert.Fail);
        writer.Write(Tensors, Note(1));
        Directory.Delete(Path.Combine(root.Path, "a-b", "checkpoints"), recursive: true);
        writer.Write(Tensors, Note(2));
        Assert.Equal(2, Files().Newest(Assert.Fail)!.Note.Position);
    }

    private static byte[] Damaged(byte[] whole, Random draw, int kind)
    {
        var at = draw.Next(whole.Length);
        var bytes = whole.ToArray();
        switch (kind)
        {
            case 0:
                bytes[at] ^= (byte)(1 << draw.Next(8));
                return bytes;
            case 1:
                return bytes[..at];
            case 2:
                return [.. bytes, .. bytes[at..]];
            case 3:
                // The length of the header.
                BitConverter.GetBytes(draw.NextInt64(1, long.MaxValue)).CopyTo(bytes, 0);
                return bytes;
            default:
                // A zeroed block, as a disk leaves it that lost its cache.
                bytes.AsSpan(at, Math.Min(512, bytes.Length - at)).Clear();
                return bytes.SequenceEqual(whole) ? bytes[..^1] : bytes;
        }
    }

    private sealed class Clock : TimeProvider
    {
        internal TimeSpan Passed { get; set; }

        internal DateTimeOffset Date { get; set; } = DateTimeOffset.UnixEpoch.AddYears(50);

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Passed.Ticks;

        public override DateTimeOffset GetUtcNow() => Date;
    }
}
