using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Weights;

/// <summary>Saves and loads trees as safetensors files. The path of a leaf is its name in the file.</summary>
public static class Checkpoint
{
    /// <summary>Saves all leaves of a tree.</summary>
    /// <param name="path">Path of the file, which is written atomically.</param>
    /// <param name="tree">Parameters, statistics, or both as <see cref="Network{TParams, TState}"/>.</param>
    /// <param name="metadata">Texts that describe the content, such as experiment, stage and step.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Save<T>(string path, T tree, IReadOnlyDictionary<string, string> metadata)
        where T : class, ITree<T> =>
        SafeTensors.Write(path, [.. tree.Leaves().Select(static leaf => KeyValuePair.Create(leaf.Path, leaf.Value))], metadata);

    /// <summary>Loads a tree with the structure of <paramref name="template"/>, on the device of the template.</summary>
    /// <param name="path">Path of the file.</param>
    /// <param name="template">A tree with the leaves, shapes and types that are expected.</param>
    /// <param name="expected">Metadata that the file must have; not checked if left out.</param>
    /// <exception cref="InputException">The file cannot be read, is damaged, or holds other tensors or metadata.</exception>
    internal static T Load<T>(string path, T template, IReadOnlyDictionary<string, string>? expected = null)
        where T : class, ITree<T>
    {
        using var scope = NewDisposeScope();
        var file = SafeTensors.Read(path, checksummed: true);
        CheckMetadata(path, file.Metadata, expected ?? new Dictionary<string, string>());
        CheckTensors(path, file.Tensors, template.Leaves());
        return template.Map(LeafPath.Root, leaf => file.Tensors[leaf.Path].to(leaf.Value.device).MoveToOuterDisposeScope());
    }

    /// <summary>Reads the metadata of a file.</summary>
    /// <exception cref="InputException">The file cannot be read or is damaged.</exception>
    internal static IReadOnlyDictionary<string, string> Metadata(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            var (header, checksum) = SafeTensorsHeader.Read(path, stream);
            checksum?.Dispose();
            return header.Metadata;
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            throw new InputException($"{path} cannot be read: {InputException.Reason(e)}.", e);
        }
    }

    private static void CheckMetadata(string path, IReadOnlyDictionary<string, string> found, IReadOnlyDictionary<string, string> expected)
    {
        foreach (var (name, value) in expected)
        {
            var actual = found.GetValueOrDefault(name);
            if (actual != value)
            {
                throw new InputException(
                    $"{path} was saved with {name} '{actual ?? "(none)"}', this run needs '{value}'; "
                        + $"give the file that belongs to this experiment."
                );
            }
        }
    }

    private static void CheckTensors(string path, IReadOnlyDictionary<string, Tensor> found, IReadOnlyList<Leaf> expected)
    {
        if (WeightNames.Difference(expected, found, surplus: true) is { } difference)
        {
            throw new InputException($"{path} does not hold this network: it {difference}.");
        }
    }
}
