using System.IO.Compression;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Tensors;
using static SimClrDsl.Runtime.Weights.PyTorch.PickledValue;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Weights.PyTorch;

/// <summary>
/// Reads the tensors of a file that <c>torch.save</c> wrote: a zip archive of a pickle and of the tensors' values. No code of the pickle is
/// run, and every size is compared with what the archive holds before values are read.
/// </summary>
internal static class PyTorchFile
{
    // Descriptions of the largest networks have some hundred kilobytes.
    private const long LargestPickle = 100_000_000;

    // Checkpoints have dictionaries within dictionaries, some levels deep.
    private const int Deepest = 32;

    private static readonly IReadOnlyDictionary<string, ScalarType> Types = new Dictionary<string, ScalarType>
    {
        ["torch.FloatStorage"] = ScalarType.Float32,
        ["torch.DoubleStorage"] = ScalarType.Float64,
        ["torch.HalfStorage"] = ScalarType.Float16,
        ["torch.BFloat16Storage"] = ScalarType.BFloat16,
        ["torch.LongStorage"] = ScalarType.Int64,
        ["torch.IntStorage"] = ScalarType.Int32,
        ["torch.ByteStorage"] = ScalarType.Byte,
        ["torch.BoolStorage"] = ScalarType.Bool,
    };

    /// <summary>All tensors within the dictionaries of a file, by their keys joined with dots: <c>state_dict.conv1.weight</c>.</summary>
    /// <param name="path">Path of the file.</param>
    /// <exception cref="InputException">The file cannot be read, is damaged, or has the form of PyTorch before 1.6.</exception>
    public static IReadOnlyDictionary<string, Tensor> Read(string path)
    {
        try
        {
            using var archive = ZipFile.OpenRead(path);
            var pickle =
                archive.Entries.FirstOrDefault(static entry => entry.Name == "data.pkl")
                ?? throw new InputException($"{path} is a zip file without data.pkl, and so not of torch.save.");
            var root = pickle.FullName[..^"data.pkl".Length];
            var value = PickleReader.Read(Bytes(pickle, LargestPickle));
            var views = new Dictionary<string, TensorView>();
            foreach (var (name, view) in Views(value, prefix: "", depth: 0, new(ReferenceEqualityComparer.Instance)))
            {
                if (!views.TryAdd(name, view))
                {
                    throw new FormatException($"it holds '{name}' twice");
                }
            }

            return views.ToDictionary(static view => view.Key, view => Tensor(archive, root, view.Key, view.Value));
        }
        catch (FormatException e)
        {
            throw new InputException($"{path} is damaged, or no file of torch.save: {InputException.Reason(e)}.", e);
        }
        catch (InvalidDataException e)
        {
            throw new InputException(
                $"{path} is no zip file, as torch.save writes since PyTorch 1.6: load it there and save it again, or as safetensors.",
                e
            );
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            throw new InputException($"{path} cannot be read: {InputException.Reason(e)}.", e);
        }
    }

    // A dictionary may be in several places, and even within itself; only the first place counts.
    private static IEnumerable<(string Name, TensorView View)> Views(
        PickledValue value,
        string prefix,
        int depth,
        HashSet<PickledValue> seen
    ) =>
        value switch
        {
            TensorView view => [(prefix, view)],
            Map when depth > Deepest => throw new FormatException("its dictionaries are nested too deeply"),
            Map map when seen.Add(map) => map.Entries.SelectMany(entry =>
                Views(entry.Value, prefix.Length == 0 ? entry.Key : $"{prefix}.{entry.Key}", depth + 1, seen)
            ),
            _ => [],
        };

    private static Tensor Tensor(ZipArchive archive, string root, string name, TensorView view)
    {
        var (type, key, count) = view.Of;
        if (!Types.TryGetValue(type, out var scalar))
        {
            throw new FormatException($"'{name}' has values of {type}");
        }

        var entry = archive.GetEntry($"{root}data/{key}") ?? throw new FormatException($"the values of '{name}' are missing");
        using var values = empty(0, dtype: scalar);
        var size = values.element_size();
        RequireStored(entry);
        if (count < 0 || count != entry.Length / size || entry.Length % size != 0)
        {
            throw new FormatException($"'{name}' needs {count} values of {size} bytes, and its entry has {entry.Length} bytes");
        }

        if (view.Shape.Length != view.Strides.Length || view.Offset < 0 || Last(view) >= count || !Holds(count, view))
        {
            throw new FormatException($"'{name}' of [{string.Join(", ", view.Shape)}] reaches beyond its {count} values");
        }

        using var stream = entry.Open(); // compares the entry's size with that of the archive
        using var storage = empty(count, dtype: scalar);
        stream.ReadExactly(storage.bytes);

        return storage.as_strided(view.Shape, view.Strides, view.Offset).contiguous().clone();
    }

    // Position of the last value; −1 if there is none. The product of sizes and strides may exceed 64 bits.
    private static Int128 Last(TensorView view) =>
        view.Shape.Contains(0)
            ? -1
            : view
                .Shape.Zip(view.Strides, static (size, stride) => (Int128)(size - 1) * stride)
                .Aggregate((Int128)view.Offset, static (sum, step) => sum + step);

    // Strides of zero could repeat values.
    private static bool Holds(long count, TensorView view) => TensorSize.Values(view.Shape) is { } values && values <= count;

    // torch.save does not compress. A compressed entry could unfold to any size.
    private static void RequireStored(ZipArchiveEntry entry)
    {
        if (entry.CompressedLength != entry.Length)
        {
            throw new FormatException($"{entry.FullName} is compressed");
        }
    }

    private static byte[] Bytes(ZipArchiveEntry entry, long largest)
    {
        RequireStored(entry);
        if (entry.Length > largest)
        {
            throw new FormatException($"{entry.FullName} has {entry.Length} bytes");
        }

        using var stream = entry.Open();
        var bytes = new byte[entry.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
