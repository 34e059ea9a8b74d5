using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Geometry;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Specs;
using static TorchSharp.torch;

// decode FOLDER SECONDS: two random crops of 224 px of each JPEG of FOLDER/train, as pretraining draws them; images a second, as JSON.

const int Side = 224;
const int Batch = 16;

var (folder, seconds) = (args[0], double.Parse(args[1], CultureInfo.InvariantCulture));
set_num_threads(1);
var count = Directory.EnumerateFiles(Path.Combine(folder, "train"), "*.jpg", SearchOption.AllDirectories).Count();
var plan = new DataPlan(
    DataSource.Folder,
    folder,
    Side,
    Channels: 3,
    Classes: 2,
    TrainImages: count,
    TestImages: 2,
    Unlabelled: count,
    Labels: 2
);
var images = PictureFolders.Open(plan, folder, DataPlace.Anywhere).OrThrow().Train;
var (key, done) = (Key.FromSeed(0), 0);

for (var warm = 0; warm < 2 * count; warm += Batch)
{
    Views(warm);
}

var clock = Stopwatch.StartNew();
for (; clock.Elapsed.TotalSeconds < seconds; done += Batch)
{
    Views(done);
}

Console.WriteLine(JsonSerializer.Serialize(new { images_per_second = done / clock.Elapsed.TotalSeconds }));

void Views(int start)
{
    using var scope = NewDisposeScope();
    var batch = images.Batch([.. Enumerable.Range(start, Batch).Select(i => i % count)], CPU);
    RandomCrop[] crops = [.. Enumerable.Range(0, 2).Select(view => new RandomCrop(key.At(start).At(view), Side, 0.08, 1, 0.5))];
    batch.Prepare(crops);
    foreach (var crop in crops)
    {
        _ = batch.RandomCrop(crop.Key, crop.Side, crop.From, crop.To, crop.Flip);
    }
}
