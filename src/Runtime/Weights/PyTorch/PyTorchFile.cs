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
internal sealed class PyTorchFile
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

    private readonly string path;
    private readonly ZipArchive archive;

    private PyTorchFile(string path, ZipArchive archive) => (this.path, this.archive) = (path, archive);

    /// <summary>All tensors within the dictionaries of a file, by their keys joined with dots: <c>state_dict.conv1.weight</c>.</summary>
    /// <param name="path">Path of the file.</param>
    /// <returns>The tensors; an error if the file cannot be read, is damaged, or has the form of PyTorch before 1.6.</returns>
    public static LanguageExt.Either<InputError, IReadOnlyDictionary<string, Tensor>> Read(string path) =>
        Inputs.Reading(path, () => ReadZip(path)).Flatten();

    private static LanguageExt.Either<InputError, IReadOnlyDictionary<string, Tensor>> ReadZip(string path)
    {
        try
        {
            using var archive = ZipFile.OpenRead(path);
            return new PyTorchFile(path, archive).Tensors();
        }
        catch (InvalidDataException)
        {
            return new InputError(
                $"{path} is no zip file, as torch.save writes since PyTorch 1.6: load it there and save it again, or as safetensors."
            );
        }
    }

    private LanguageExt.Either<InputError, IReadOnlyDictionary<string, Tensor>> Tensors()
    {
        if (archive.Entries.FirstOrDefault(static entry => entry.Name == "data.pkl") is not { } pickle)
        {
            return new InputError($"{path} is a zip file without data.pkl, and so not of torch.save.");
        }

        var root = pickle.FullName[..^"data.pkl".Length];
        return from bytes in Bytes(pickle)
            from value in Value(bytes)
            from views in Views(value)
            from tensors in views.Select(view => Tensor(root, view.Key, view.Value)).All()
            select (IReadOnlyDictionary<string, Tensor>)tensors.ToDictionary();
    }

    private LanguageExt.Either<InputError, byte[]> Bytes(ZipArchiveEntry entry)
    {
        if (IsCompressed(entry))
        {
            return Compressed(entry);
        }

        if (entry.Length > LargestPickle)
        {
            return Damaged($"{entry.FullName} has {entry.Length} bytes");
        }

        using var stream = entry.Open();
        var bytes = new byte[entry.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }

    private LanguageExt.Either<InputError, PickledValue> Value(byte[] pickle)
    {
        try
        {
            return PickleReader.Read(pickle);
        }
        catch (FormatException e)
        {
            return Damaged(InputException.Reason(e));
        }
    }

    private LanguageExt.Either<InputError, Dictionary<string, TensorView>> Views(PickledValue value)
    {
        var views = new Dictionary<string, TensorView>();
        foreach (var found in Views(value, prefix: "", depth: 0, new(ReferenceEqualityComparer.Instance)))
        {
            if (!found.Try(out var named, out var error))
            {
                return error;
            }

            if (!views.TryAdd(named.Name, named.View))
            {
                return Damaged($"it holds '{named.Name}' twice");
            }
        }

        return views;
    }

    // A dictionary may be in several places, and even within itself; only the first place counts.
    private IEnumerable<LanguageExt.Either<InputError, (string Name, TensorView View)>> Views(
        PickledValue value,
        string prefix,
        int depth,
        HashSet<PickledValue> seen
    ) =>
        value switch
        {
            TensorView view => [(prefix, view)],
            Map when depth > Deepest => [Damaged("its dictionaries are nested too deeply")],
            Map map when seen.Add(map) => map.Entries.SelectMany(entry =>
                Views(entry.Value, prefix.Length == 0 ? entry.Key : $"{prefix}.{entry.Key}", depth + 1, seen)
            ),
            _ => [],
        };

    private LanguageExt.Either<InputError, KeyValuePair<string, Tensor>> Tensor(string root, string name, TensorView view)
    {
        var (type, key, count) = view.Of;
        if (!Types.TryGetValue(type, out var scalar))
        {
            return Damaged($"'{name}' has values of {type}");
        }

        if (archive.GetEntry($"{root}data/{key}") is not { } entry)
        {
            return Damaged($"the values of '{name}' are missing");
        }

        if (IsCompressed(entry))
        {
            return Compressed(entry);
        }

        using var values = empty(0, dtype: scalar);
        var size = values.element_size();
        if (count < 0 || count != entry.Length / size || entry.Length % size != 0)
        {
            return Damaged($"'{name}' needs {count} values of {size} bytes, and its entry has {entry.Length} bytes");
        }

        if (view.Shape.Length != view.Strides.Length || view.Offset < 0 || Last(view) >= count || !Holds(count, view))
        {
            return Damaged($"'{name}' of [{string.Join(", ", view.Shape)}] reaches beyond its {count} values");
        }

        using var stream = entry.Open(); // compares the entry's size with that of the archive
        using var storage = empty(count, dtype: scalar);
        stream.ReadExactly(storage.bytes);

        return KeyValuePair.Create(name, storage.as_strided(view.Shape, view.Strides, view.Offset).contiguous().clone());
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
    private static bool IsCompressed(ZipArchiveEntry entry) => entry.CompressedLength != entry.Length;

    private InputError Compressed(ZipArchiveEntry entry) => Damaged($"{entry.FullName} is compressed");

    private InputError Damaged(string what) => new($"{path} is damaged, or no file of torch.save: {what}.");
}
