using System.Globalization;
using System.Text.Json;
using Microsoft.ML.OnnxRuntime;
using SimClrDsl.EndToEnd.Tests.Harness;
using SimClrDsl.Runtime.Tests;
using SimClrDsl.Runtime.Weights;

namespace SimClrDsl.EndToEnd.Tests.Use;

/// <summary>Pictures that a trained network classifies.</summary>
public sealed class PredictTests(LargeColourRun large, SmallColourRun small) : IClassFixture<LargeColourRun>, IClassFixture<SmallColourRun>
{
    private ColourRun Run(bool isLarge) => isLarge ? large : small;

    [Theory]
    [InlineData(true, "finetune", "finetuned")]
    [InlineData(true, "distill", "distilled")]
    [InlineData(false, "finetune", "finetuned")]
    [InlineData(false, "distill", "distilled")]
    public void Predictions_for_the_test_images_have_the_accuracy_that_the_run_reported(bool isLarge, string stage, string measured)
    {
        var run = Run(isLarge);
        var predictions = Predict(run, "images/test", "--stage", stage);
        Assert.Equal(18, predictions.Count);
        var right = predictions.Count(static one => Path.GetFileName(Path.GetDirectoryName(one.File)) == one.Class);
        Assert.Equal(RunFiles.Top1(run.Folder)[measured], right / 18.0);
    }

    // A network that has learned the colours gives each picture the name of its own folder.
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Names_of_classes_are_those_of_the_folders(bool isLarge)
    {
        var predictions = Predict(Run(isLarge), "images/test", "--stage", "finetune");
        Assert.All(predictions, static one => Assert.Equal(Path.GetFileName(Path.GetDirectoryName(one.File)), one.Class));
        Assert.All(predictions, static one => Assert.InRange(one.Probability, 1 / 3.0, 1));
    }

    [Fact]
    public void The_last_network_that_classifies_is_used_and_named()
    {
        var picture = $"images/test/{ColourRun.Classes[0]}/0.png";
        var checkpoint = Path.Combine("runs", Path.GetFileName(small.Folder), "checkpoints");
        var byRun = small.Place.Simclr("predict", Path.GetRelativePath(small.Place.Path, small.Folder), picture).Succeeded();
        byRun.Shows(
            $"stage 'distill', the last that classifies: {checkpoint}/distill.safetensors",
            "file",
            "class",
            "probability",
            picture
        );
        Assert.Equal(byRun.Output, small.Place.Simclr("predict", ColourRun.SpecFile, picture).Succeeded().Output);

        using var place = Copy(small);
        File.Delete(place.At($"{checkpoint}/distill.safetensors"));
        place.Simclr("predict", ColourRun.SpecFile, picture).Succeeded().Shows("stage 'finetune', since 'distill' is not finished");
    }

    [Fact]
    public void A_table_and_a_CSV_file_say_what_JSON_says()
    {
        var outcome = small
            .Place.Simclr("predict", ColourRun.SpecFile, "images/test", "--stage", "finetune", "--csv", "out.csv")
            .Succeeded();
        outcome.Shows("18 pictures: 6 blau grün, 6 green, or so, 6 red \"ish\"", "out.csv: 18 predictions");
        var lines = small.Place.Read("out.csv").Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal("file,class,probability", lines[0]);
        var json = Predict(small, "images/test", "--stage", "finetune");
        Assert.Equal(json.Select(static one => $"{Quoted(one.File)},{Quoted(one.Class)},{one.Text}"), lines[1..]);
        Assert.All(json, one => Assert.Contains(one.File, outcome.Output, StringComparison.Ordinal));
    }

    [Fact]
    public void Broken_pictures_are_named_and_counted_and_the_others_classified()
    {
        using var place = Copy(small);
        var picture = File.ReadAllBytes(small.Place.At($"images/test/{ColourRun.Classes[1]}/0.png"));
        place.With("mixed/notes.txt", "").With("mixed/no.jpg", "no picture").With("mixed/empty.png", "");
        File.WriteAllBytes(place.At("mixed/cut.png"), picture[..(picture.Length / 2)]);
        File.WriteAllBytes(place.At("mixed/good.png"), picture);

        var outcome = place.Simclr("predict", ColourRun.SpecFile, "mixed", "--stage", "finetune").Refused(lines: 4);
        outcome.Says(
            "mixed/cut.png cannot be used: ",
            "mixed/empty.png cannot be used: empty file.",
            "mixed/no.jpg cannot be used: ",
            "3 of 4 pictures could not be used; the others were."
        );
        outcome.Shows("passed over, as no picture: 1 .txt file", "mixed/good.png", ColourRun.Classes[1]);

        File.Delete(place.At("mixed/good.png"));
        place.Simclr("predict", ColourRun.SpecFile, "mixed").Refused(lines: 4).Says("none of the 3 pictures can be used.");
    }

    [Theory]
    [InlineData("predict colours.yaml nowhere.png", "nowhere.png does not exist: give pictures, or a folder that holds some.")]
    [InlineData("predict colours.yaml runs", "runs holds no picture (.jpg, .jpeg,")]
    [InlineData("predict colours.yaml images --stage pretrain", "has no stage 'pretrain' that classifies: it has finetune, distill.")]
    [InlineData("predict colours.yaml images --seed 7", "has finished stage 'distill' or 'finetune' of 'colours' with seed 7")]
    [InlineData("predict nothing images", "no experiment is named 'nothing'")]
    [InlineData("embed colours.yaml images --out features.txt", "its ending must be one of .npy, .safetensors, .csv.")]
    public void What_cannot_be_done_is_told_and_nothing_is_written(string line, string says) =>
        small.Place.Refuses(line.Split(' ')).Says(says);

    [Fact]
    public void A_checkpoint_of_an_earlier_version_gives_numbers_of_classes_and_says_so()
    {
        using var place = Copy(small);
        var checkpoint = place.At($"runs/{Path.GetFileName(small.Folder)}/checkpoints/finetune.safetensors");
        var (tensors, metadata) = SafeTensors.Read(checkpoint).Value();
        SafeTensors.Write(
            checkpoint,
            [.. tensors],
            new Dictionary<string, string> { ["stage"] = metadata["stage"], ["stage_hash"] = metadata["stage_hash"] }
        );
        var outcome = place.Simclr("predict", ColourRun.SpecFile, $"images/test/{ColourRun.Classes[2]}/0.png", "--stage", "finetune");
        outcome.Succeeded().Shows("finetune.safetensors holds no names of classes", "so classes are given by number", "2      ");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void An_onnx_file_that_takes_pictures_gives_the_same_probabilities(bool isLarge)
    {
        var run = Run(isLarge);
        using var place = Copy(run);
        place.Simclr("export", ColourRun.SpecFile, "--stage", "finetune", "--as", "onnx", "--pictures", "--out", "f.onnx").Succeeded();
        using var session = new InferenceSession(place.At("f.onnx"));
        using var options = new RunOptions();
        var names = JsonSerializer.Deserialize<string[]>(session.ModelMetadata.CustomMetadataMap["class_names"])!;
        var predictions = Predict(run, "images/test", "--stage", "finetune");
        for (var i = 0; i < predictions.Count; i++)
        {
            var (_, height, pixels) = ColourRun.Picture("test", i / 6, i % 6);
            using var input = OrtValue.CreateTensorValueFromMemory(pixels, [1, height, pixels.Length / 3 / height, 3]);
            using var results = session.Run(options, ["pictures"], [input], ["probabilities"]);
            var probabilities = results[0].GetTensorDataAsSpan<float>().ToArray();
            var best = Array.IndexOf(probabilities, probabilities.Max());
            Assert.Equal(predictions[i].Class, names[best]);
            Assert.Equal(predictions[i].Probability, probabilities[best], 1e-3);
        }
    }

    private static List<(string File, string Class, double Probability, string Text)> Predict(ColourRun run, params string[] arguments)
    {
        var outcome = run.Place.Simclr(["predict", ColourRun.SpecFile, .. arguments, "--json"]);
        Assert.Equal(0, outcome.ExitCode);
        Assert.Single(outcome.ErrorLines); // which network it is
        return
        [
            .. outcome
                .Json.EnumerateArray()
                .Select(static one =>
                {
                    Assert.Equal(["file", "class", "probability"], one.EnumerateObject().Select(static field => field.Name));
                    var probability = one.GetProperty("probability");
                    return (
                        one.GetProperty("file").GetString()!,
                        one.GetProperty("class").GetString()!,
                        probability.GetDouble(),
                        probability.GetSingle().ToString(CultureInfo.InvariantCulture)
                    );
                }),
        ];
    }

    private static string Quoted(string text) =>
        text.Contains(',', StringComparison.Ordinal) || text.Contains('"', StringComparison.Ordinal)
            ? $"\"{text.Replace("\"", "\"\"", StringComparison.Ordinal)}\""
            : text;

    private static Workplace Copy(ColourRun run)
    {
        var copy = new Workplace();
        Folders.Copy(run.Place.Path, copy.Path);
        return copy;
    }
}
