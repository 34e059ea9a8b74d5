using System.Buffers.Binary;
using SimClrDsl.Runtime.Runs;
using SimClrDsl.Runtime.Training;
using Tensorboard;

namespace SimClrDsl.Runtime.Tests.Runs;

/// <summary>What TensorBoard reads: the framing of TFRecord with its masked checksums, and the events in it.</summary>
public sealed class EventFileTests : IDisposable
{
    private readonly TempFolder temp = new();

    public void Dispose() => temp.Dispose();

    private static CurvePoint Point(string stage, int step, double loss) =>
        new(
            new(stage, step, Epoch: step / 8.0, loss, Accuracy: 0.5, LearningRate: 0.25),
            new(stage, step, ImagesPerSecond: 100, Seconds: 1)
        );

    [Fact]
    public void Points_are_read_back_as_scalars()
    {
        using (var log = new MetricsLog(temp.File("metrics.jsonl"), tensorBoard: true))
        {
            log.Append(Point("pretrain", 10, 2.5));
            log.Append(new OnlinePoint("pretrain", 16, 1, Spread: 0.75, Knn: 0.625, Linear: 0.5));
            log.Append(Point("finetune", 10, 1.5));
        }

        Assert.Equal(
            [
                ("finetune/accuracy in training", 10, 0.5f),
                ("finetune/images per second", 10, 100),
                ("finetune/learning rate", 10, 0.25f),
                ("finetune/loss", 10, 1.5f),
                ("pretrain/accuracy in training", 10, 0.5f),
                ("pretrain/images per second", 10, 100),
                ("pretrain/learning rate", 10, 0.25f),
                ("pretrain/loss", 10, 2.5f),
                ("pretrain/online kNN accuracy", 16, 0.625f),
                ("pretrain/online linear accuracy", 16, 0.5f),
                ("pretrain/spread of features", 16, 0.75f),
            ],
            Scalars()
        );
    }

    [Fact]
    public void A_stage_that_goes_on_has_no_step_twice()
    {
        using (var log = new MetricsLog(temp.File("metrics.jsonl"), tensorBoard: true))
        {
            log.Append(Point("finetune", 10, 1));
            log.Append(Point("pretrain", 10, 3));
            log.Append(new OnlinePoint("pretrain", 15, 1, 0.5, Knn: null));
            log.Append(Point("pretrain", 20, 2));
            log.Append(new OnlinePoint("pretrain", 25, 2, 0.5, Knn: null));
            log.Append(new TrainingWarning("pretrain", 12, "collapse", "early"));
            log.Append(new TrainingWarning("pretrain", 25, "divergence", "late"));
        }

        using (var log = new MetricsLog(temp.File("metrics.jsonl"), tensorBoard: true))
        {
            log.GoOn("pretrain", [Point("pretrain", 10, 3)], step: 15);
            log.Append(Point("pretrain", 20, 2));
        }

        var scalars = Scalars();
        Assert.Equal(scalars.Distinct().Count(), scalars.Count);
        Assert.Equal([10, 20], scalars.Where(static one => one.Tag == "pretrain/loss").Select(static one => one.Step));
        Assert.Equal([15], scalars.Where(static one => one.Tag == "pretrain/spread of features").Select(static one => one.Step));
        Assert.Contains(("finetune/loss", 10, 1f), scalars);
        Assert.Equal([15], MetricsLog.OnlinePoints(temp.File("metrics.jsonl")).Select(static point => point.Step));
        Assert.Equal(["early"], MetricsLog.AllWarnings(temp.File("metrics.jsonl")).Select(static warning => warning.Text));
    }

    [Fact]
    public void A_stage_that_begins_anew_keeps_what_it_left_before_until_its_first_point()
    {
        using (var log = new MetricsLog(temp.File("metrics.jsonl"), tensorBoard: true))
        {
            log.Append(Point("pretrain", 10, 3));
            log.Append(new OnlinePoint("pretrain", 10, 1, 0.5, Knn: null));
        }

        using var again = new MetricsLog(temp.File("metrics.jsonl"), tensorBoard: true);
        again.Begin("pretrain");
        Assert.Single(MetricsLog.OnlinePoints(temp.File("metrics.jsonl")));
        again.Append(Point("pretrain", 10, 4));
        Assert.Equal([4f], Scalars().Where(static one => one.Tag == "pretrain/loss").Select(static one => one.Value));
        Assert.Empty(MetricsLog.OnlinePoints(temp.File("metrics.jsonl")));
    }

    private List<(string Tag, long Step, float Value)> Scalars() =>
        [
            .. Directory
                .GetFiles(temp.File("tensorboard"))
                .SelectMany(static file => Events(File.ReadAllBytes(file)))
                .SelectMany(static one => one.Summary?.Value.Select(value => (value.Tag, one.Step, value.SimpleValue)) ?? [])
                .OrderBy(static one => one.Tag, StringComparer.Ordinal)
                .ThenBy(static one => one.Step),
        ];

    // A record: length (8 bytes), checksum of it, the event, checksum of that.
    private static IEnumerable<Event> Events(byte[] file)
    {
        for (var at = 0; at < file.Length; )
        {
            var length = (int)BinaryPrimitives.ReadInt64LittleEndian(file.AsSpan(at));
            Assert.Equal(MaskedCrc(file.AsSpan(at, 8)), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 8)));
            var data = file[(at + 12)..(at + 12 + length)];
            Assert.Equal(MaskedCrc(data), BinaryPrimitives.ReadUInt32LittleEndian(file.AsSpan(at + 12 + length)));
            // TorchSharp's classes of these messages are of an older generator, which can read from streams only.
            yield return Event.Parser.ParseFrom(new MemoryStream(data));
            at += 16 + length;
        }
    }

    // CRC-32C bit by bit, then TFRecord's mask.
    private static uint MaskedCrc(ReadOnlySpan<byte> data)
    {
        var crc = uint.MaxValue;
        foreach (var one in data)
        {
            crc ^= one;
            for (var bit = 0; bit < 8; bit++)
            {
                crc = (crc >> 1) ^ ((crc & 1) * 0x82F63B78u);
            }
        }

        crc = ~crc;
        return unchecked(((crc >> 15) | (crc << 17)) + 0xA282EAD8u);
    }
}
