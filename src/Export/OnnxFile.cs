using System.Globalization;
using Google.Protobuf;
using Onnx;
using SimClrDsl.Runtime.Files;

namespace SimClrDsl.Export;

/// <summary>Writes models as files.</summary>
internal static class OnnxFile
{
    // A message of Protocol Buffers must be smaller than two gigabytes. What a model holds beside its tensors is far below the difference.
    private const long LargestInside = 2_000_000_000;

    /// <summary>Writes a model. Weights that are too large for the file itself go to a second file beside it: FILE.data.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="model">The model, whose constants have no values yet.</param>
    /// <param name="constants">The constants.</param>
    /// <param name="largestInside">Largest number of bytes of all constants that are kept in the file itself.</param>
    /// <returns>The files that were written.</returns>
    public static IReadOnlyList<string> Write(
        string path,
        ModelProto model,
        IReadOnlyList<OnnxConstant> constants,
        long largestInside = LargestInside
    )
    {
        if (constants.Sum(static constant => constant.Length) <= largestInside)
        {
            foreach (var constant in constants)
            {
                constant.Message.RawData = ByteString.CopyFrom(constant.Bytes);
            }

            Write(path, model);
            return [path];
        }

        var data = $"{path}.data";
        using (var stream = File.Create(data))
        {
            foreach (var constant in constants)
            {
                // Shapes and lists stay in the file itself, where whoever reads it needs them before any weight.
                if (constant.Message.DataType != (int)TensorProto.Types.DataType.Float)
                {
                    constant.Message.RawData = ByteString.CopyFrom(constant.Bytes);
                    continue;
                }

                constant.Message.DataLocation = TensorProto.Types.DataLocation.External;
                Add("location", Path.GetFileName(data));
                Add("offset", stream.Position.ToString(CultureInfo.InvariantCulture));
                Add("length", constant.Length.ToString(CultureInfo.InvariantCulture));
                stream.Write(constant.Bytes);

                void Add(string key, string value) =>
                    constant.Message.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
            }
        }

        Write(path, model);
        return [path, data];
    }

    /// <summary>Whether a file was written by <see cref="Write(string, ModelProto, IReadOnlyList{OnnxConstant}, long)"/>.</summary>
    public static bool IsOurs(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return ModelProto.Parser.ParseFrom(stream).ProducerName == OnnxModel.Producer;
        }
        catch (Exception e) when (e is InvalidProtocolBufferException || InputException.IsFileTrouble(e))
        {
            return false;
        }
    }

    private static void Write(string path, ModelProto model)
    {
        using var stream = File.Create(path);
        model.WriteTo(stream);
    }
}
