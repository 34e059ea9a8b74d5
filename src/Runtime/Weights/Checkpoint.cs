using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Tensors;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Weights;

/// <summary>Trees of tensors as files: a leaf's path is its name in the file.</summary>
public static class Checkpoint
{
    /// <summary>Writes every leaf of a tree.</summary>
    /// <param name="path">Of the safetensors file, which appears only when it is whole.</param>
    /// <param name="tree">Parameters, statistics, or both as <see cref="Network{TParams, TState}"/>.</param>
    /// <param name="metadata">What the file holds: experiment, stage, step.</param>
    /// <exception cref="InputException">The file cannot be written.</exception>
    public static void Save<T>(string path, T tree, IReadOnlyDictionary<string, string> metadata)
        where T : class, ITree<T> =>
        SafeTensors.Write(path, [.. tree.Leaves().Select(static leaf => KeyValuePair.Create(leaf.Path, leaf.Value))], metadata);

    /// <summary>Reads a tree of the same shape as <paramref name="template"/>, on the template's device.</summary>
    /// <param name="path">Of the safetensors file.</param>
    /// <param name="template">Says which leaves there are, their shapes and types.</param>
    /// <param name="expected">Metadata that the file must carry with these values; left out, any.</param>
    /// <exception cref="InputException">The file cannot be read, is damaged, or holds something else.</exception>
    internal static T Load<T>(string path, T template, IReadOnlyDictionary<string, string>? expected = null)
        where T : class, ITree<T>
    {
        using var scope = NewDisposeScope();
        var file = SafeTensors.Read(path);
        CheckMetadata(path, file.Metadata, expected ?? new Dictionary<string, string>());
        CheckTensors(path, file.Tensors, template.Leaves());
        return template.Map(LeafPath.Root, leaf => file.Tensors[leaf.Path].to(leaf.Value.device).MoveToOuterDisposeScope());
    }

    /// <summary>The metadata of a file.</summary>
    /// <exception cref="InputException">The file cannot be read or is damaged.</exception>
    internal static IReadOnlyDictionary<string, string> Metadata(string path)
    {
        try
        {
            using var stream = File.OpenRead(path);
            return SafeTensorsHeader.Read(path, stream).Metadata;
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
                    $"{path} was saved with {name} '{actual ?? "(none)"}', this run needs '{value}'; give the file that belongs to this experiment."
                );
            }
        }
    }

    private static void CheckTensors(string path, IReadOnlyDictionary<string, Tensor> found, IReadOnlyList<Leaf> expected)
    {
        var difference = WeightNames.Difference(
            [.. expected.Select(static leaf => KeyValuePair.Create(leaf.Path, Describe(leaf.Value)))],
            found.ToDictionary(static tensor => tensor.Key, static tensor => Describe(tensor.Value)),
            surplus: true
        );
        if (difference is not null)
        {
            throw new InputException($"{path} does not hold this network: it {difference}.");
        }
    }

    private static string Describe(Tensor tensor) => $"{SafeTensorsType.Of(tensor.dtype).Name} [{string.Join(", ", tensor.shape)}]";
}
