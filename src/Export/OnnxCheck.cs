using LanguageExt;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Images;
using SimClrDsl.Runtime.Stages;
using static TorchSharp.torch;

namespace SimClrDsl.Export;

/// <summary>How far the outputs of a file are from those of the network that it was written from.</summary>
/// <param name="Output">Name of the output.</param>
/// <param name="Error">The largest difference, as a fraction of the largest value of the output.</param>
public sealed record OnnxError(string Output, double Error);

/// <summary>Runs a file in ONNX Runtime, and compares its outputs with those of the network in float32 at two batch sizes.</summary>
internal static class OnnxCheck
{
    // Of ONNX Runtime, which computes beside libtorch.
    private const int Threads = 2;

    private static readonly int[] Batches = [1, 3];

    /// <summary>Largest error of a file that does not round pictures to 8 bits.</summary>
    public const double Limit = 1e-4;

    /// <summary>
    /// Largest error of a file that rounds resized pictures to 8 bits. The last bits of resized pixels differ between any two programs, and
    /// by rounding such a difference may become 1/255 of a pixel's range.
    /// </summary>
    public const double RoundedLimit = 5e-3;

    /// <summary>The errors of a file that takes prepared images.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="network">The network, which computes in float32.</param>
    /// <param name="output">Name of the output of the whole network; null if the file gives features only.</param>
    /// <returns>The largest error of each output; an error if ONNX Runtime gives outputs of other sizes.</returns>
    public static Either<InputError, IReadOnlyList<OnnxError>> Images(string path, SavedNetwork network, string? output)
    {
        using var session = new OnnxSession(path, Threads);
        var (side, channels) = (network.Card.Input.Side, network.Card.Input.Channels);
        return Worst(
            Batches.SelectMany(batch =>
            {
                using var generator = new Generator(seed: (ulong)batch, device: CPU);
                var images = rand([batch, channels, side, side], generator: generator);
                return Errors(session.Run(images), output, network.Outputs(images), network.Features(images));
            })
        );
    }

    /// <summary>The errors of a file that takes pictures.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="network">The network, which computes in float32.</param>
    /// <param name="output">Name of the output of the whole network; null if the file gives features only.</param>
    /// <param name="isProbability">Whether that output is the softmax of the network's outputs.</param>
    /// <param name="folder">An empty folder for the pictures, which both are given.</param>
    /// <returns>The largest error of each output; an error if ONNX Runtime gives outputs of other sizes.</returns>
    public static Either<InputError, IReadOnlyList<OnnxError>> Pictures(
        string path,
        SavedNetwork network,
        string? output,
        bool isProbability,
        string folder
    )
    {
        using var session = new OnnxSession(path, Threads);
        var side = network.Card.Input.Side;
        return Worst(
            // A landscape larger than the images of the network, and a portrait smaller than them.
            new[]
            {
                (Batch: 1, Width: (2 * side) + 21, Height: (3 * side / 2) + 8),
                (Batch: 3, Width: (side / 2) + 3, Height: side - 1),
            }.SelectMany(given =>
            {
                var pictures = Enumerable.Range(0, given.Batch).Select(i => Draw(given.Width, given.Height, seed: i)).ToList();
                var files = pictures.Select((picture, i) => Path.Combine(folder, $"{given.Batch}-{i}.png")).ToList();
                foreach (var (picture, file) in pictures.Zip(files))
                {
                    File.WriteAllBytes(file, Runtime.Images.Pictures.Encode(picture));
                }

                var set = GivenPictures.Open(files).OrThrow().Parts(network.Card.Input).Single();
                var (outputs, features) = (network.Outputs(set), network.Features(set));
                var input = stack([.. pictures.Select(static picture => tensor(picture.Pixels).reshape(picture.Height, picture.Width, 3))]);
                return Errors(session.Run(input), output, isProbability ? outputs.softmax(1) : outputs, features);
            })
        );
    }

    private static IEnumerable<Either<InputError, OnnxError>> Errors(
        IReadOnlyDictionary<string, Tensor> found,
        string? output,
        Tensor outputs,
        Tensor features
    )
    {
        if (output is not null)
        {
            yield return Error(output, found[output], outputs);
        }

        yield return Error(OnnxModel.Features, found[OnnxModel.Features], features);
    }

    private static Either<InputError, OnnxError> Error(string name, Tensor found, Tensor expected)
    {
        if (!found.shape.AsSpan().SequenceEqual(expected.shape))
        {
            return new InputError(
                $"ONNX Runtime gives '{name}' as [{string.Join(", ", found.shape)}], not [{string.Join(", ", expected.shape)}]."
            );
        }

        var largest = expected.abs().max().item<float>();
        return new OnnxError(name, (found - expected).abs().max().item<float>() / Math.Max(largest, float.Epsilon));
    }

    private static Either<InputError, IReadOnlyList<OnnxError>> Worst(IEnumerable<Either<InputError, OnnxError>> errors) =>
        errors
            .All()
            .Map<IReadOnlyList<OnnxError>>(static all =>
                [.. all.GroupBy(static error => error.Output).Select(static same => same.MaxBy(static error => error.Error)!)]
            );

    // Smooth shapes with some noise, as photographs have.
    private static Picture Draw(int width, int height, int seed)
    {
        var random = new Random(seed);
        var waves = Enumerable
            .Range(0, 3)
            .Select(_ => (X: random.NextDouble() / 9, Y: random.NextDouble() / 9, At: 6 * random.NextDouble()))
            .ToArray();
        var pixels = new byte[3 * width * height];
        for (var i = 0; i < pixels.Length; i++)
        {
            var (wave, x, y) = (waves[i % 3], i / 3 % width, i / 3 / width);
            pixels[i] = (byte)(128 + (90 * Math.Sin((x * wave.X) + (y * wave.Y) + wave.At)) + random.Next(-25, 25));
        }

        return new(width, height, pixels);
    }
}
