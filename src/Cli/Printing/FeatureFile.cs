using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using LanguageExt;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Weights;
using static TorchSharp.torch;

namespace SimClrDsl.Cli.Printing;

/// <summary>Features of pictures as files that other programs read.</summary>
internal static class FeatureFile
{
    private const string Numpy = ".npy";
    private const string Safe = ".safetensors";
    private const string Csv = ".csv";

    // The header of a .npy file ends at a multiple of this, so that the numbers are aligned.
    private const int NumpyAlignment = 64;

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>The endings of the forms that can be written.</summary>
    public static IReadOnlyList<string> Endings { get; } = [Numpy, Safe, Csv];

    /// <summary>Checks the ending of a path, before the features are computed.</summary>
    /// <returns>The path, or that its ending is that of no form.</returns>
    public static Either<InputError, string> Writable(string path) =>
        Endings.Contains(Path.GetExtension(path))
            ? path
            : new InputError($"--out is '{path}': its ending must be one of {string.Join(", ", Endings)}.");

    /// <summary>Writes features, one row for each picture.</summary>
    /// <param name="path">Path of the file, whose ending says its form.</param>
    /// <param name="names">Paths of the pictures.</param>
    /// <param name="features">float32 [N, features] on the CPU.</param>
    /// <param name="card">Metadata of the network, for forms that hold metadata.</param>
    /// <returns>For the screen: each file that was written, and what it holds.</returns>
    /// <exception cref="InputException">A file cannot be written.</exception>
    public static IReadOnlyList<string> Write(
        string path,
        IReadOnlyList<string> names,
        Tensor features,
        IReadOnlyDictionary<string, string> card
    )
    {
        var rows = features.contiguous();
        var shown = OneLine.Of(path);
        var size = $"{rows.size(1)} features of {rows.size(0)} pictures";
        switch (Path.GetExtension(path))
        {
            case Numpy:
                // The format holds one array of numbers, so names go to a file of their own.
                var list = Path.ChangeExtension(path, ".txt");
                AtomicFile.WriteText(list, string.Concat(names.Select(static name => $"{OneLine.Of(name)}\n")));
                AtomicFile.Write(path, stream => WriteNumpy(stream, rows));
                return [$"{shown}: float32 [{rows.size(0)}, {rows.size(1)}]", $"{OneLine.Of(list)}: the file name of each row"];
            case Safe:
                SafeTensors.Write(
                    path,
                    [KeyValuePair.Create("features", rows)],
                    card.Append(KeyValuePair.Create("files", JsonSerializer.Serialize(names, Json))).ToDictionary()
                );
                return [$"{shown}: {size} as 'features', and the file name of each row in its metadata as 'files'"];
            default:
                AtomicFile.Write(path, stream => WriteCsv(stream, names, rows));
                return [$"{shown}: {size}, after the file name in each row"];
        }
    }

    // Version 1.0 of the format: magic number, length of the header, the header as a Python dictionary, the rows one after the other.
    private static void WriteNumpy(Stream stream, Tensor rows)
    {
        var dictionary = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({rows.size(0)}, {rows.size(1)}), }}";
        byte[] start = [0x93, .. "NUMPY"u8, 1, 0];
        var length = start.Length + sizeof(ushort) + dictionary.Length + 1;
        var padded = (length + NumpyAlignment - 1) / NumpyAlignment * NumpyAlignment;
        var header = dictionary.PadRight(dictionary.Length + padded - length) + "\n";
        stream.Write(start);
        stream.Write([(byte)(header.Length & 0xff), (byte)(header.Length >> 8)]);
        stream.Write(Encoding.ASCII.GetBytes(header));
        for (var i = 0L; i < rows.size(0); i++)
        {
            using var row = rows[i];
            stream.Write(row.bytes);
        }
    }

    private static void WriteCsv(Stream stream, IReadOnlyList<string> names, Tensor rows)
    {
        using var text = new StreamWriter(stream, new UTF8Encoding(encoderShouldEmitUTF8Identifier: false), leaveOpen: true)
        {
            NewLine = "\n",
        };
        text.WriteLine($"file,{string.Join(',', Enumerable.Range(0, (int)rows.size(1)).Select(static i => $"f{i}"))}");
        for (var i = 0; i < names.Count; i++)
        {
            using var row = rows[i];
            text.Write(CsvText.Field(names[i]));
            foreach (var value in MemoryMarshal.Cast<byte, float>(row.bytes))
            {
                text.Write(',');
                text.Write(value.ToString(CultureInfo.InvariantCulture));
            }

            text.WriteLine();
        }
    }
}
