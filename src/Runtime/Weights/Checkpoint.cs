using LanguageExt;
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
    /// <returns>The tree; an error if the file cannot be read, is damaged, or holds other tensors or metadata.</returns>
    internal static Either<InputError, T> Load<T>(string path, T template, IReadOnlyDictionary<string, string>? expected = null)
        where T : class, ITree<T>
    {
        using var scope = NewDisposeScope();
        if (!SafeTensors.Read(path, checksummed: true).Try(out var file, out var error))
        {
            return error;
        }

        var fault =
            MetadataFault(path, file.Metadata, expected ?? new Dictionary<string, string>())
            ?? TensorFault(path, file.Tensors, template.Leaves());
        return fault is null
            ? template.Map(LeafPath.Root, leaf => file.Tensors[leaf.Path].to(leaf.Value.device).MoveToOuterDisposeScope())
            : fault;
    }

    /// <summary>Reads the metadata of a file.</summary>
    /// <param name="path">Path of the file.</param>
    /// <returns>The metadata; an error if the file cannot be read or is damaged.</returns>
    internal static Either<InputError, IReadOnlyDictionary<string, string>> Metadata(string path) =>
        Inputs
            .Opening(path, stream => SafeTensorsHeader.Read(path, stream))
            .Map(static read =>
            {
                read.Checksum?.Dispose();
                return read.Header.Metadata;
            });

    private static InputError? MetadataFault(
        string path,
        IReadOnlyDictionary<string, string> found,
        IReadOnlyDictionary<string, string> expected
    ) =>
        expected
            .Select(text => (text.Key, Needed: text.Value, Found: found.GetValueOrDefault(text.Key)))
            .Where(static text => text.Found != text.Needed)
            .Select(text => new InputError(
                $"{path} was saved with {text.Key} '{text.Found ?? "(none)"}', this run needs '{text.Needed}'; "
                    + $"give the file that belongs to this experiment."
            ))
            .FirstOrDefault();

    private static InputError? TensorFault(string path, IReadOnlyDictionary<string, Tensor> found, IReadOnlyList<Leaf> expected) =>
        WeightNames.Difference(expected, found, surplus: true) is { } difference
            ? new($"{path} does not hold this network: it {difference}.")
            : null;
}
