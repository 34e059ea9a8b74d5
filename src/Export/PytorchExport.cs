using LanguageExt;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Weights;

namespace SimClrDsl.Export;

/// <summary>Writes trained networks for PyTorch: their weights, and a Python module that loads those of every network.</summary>
public static class PytorchExport
{
    private const string Module = "simclr_network.py";

    /// <summary>Writes the network of a stage, and beside it the Python module.</summary>
    /// <param name="path">Path of the safetensors file to write.</param>
    /// <param name="checkpoint">Path of the stage's checkpoint.</param>
    /// <param name="plan">The experiment's plan.</param>
    /// <param name="stage">Name of the stage.</param>
    /// <returns>Path of the Python module; an error if the checkpoint cannot be read, or another file has the name of the module.</returns>
    /// <exception cref="InputException">A file cannot be written.</exception>
    public static Either<InputError, string> Write(string path, string checkpoint, Plan plan, string stage)
    {
        var text = Text();
        return from module in Replaceable(Path.Combine(Path.GetDirectoryName(path) ?? "", Module), text)
            from tensors in WeightExport.Own(checkpoint, plan, stage, path)
            select WriteModule(module, text);
    }

    private static string WriteModule(string path, string text)
    {
        AtomicFile.WriteText(path, text);
        return path;
    }

    private static Either<InputError, string> Replaceable(string module, string text) =>
        from ours in File.Exists(module) ? IsModule(module, text) : true
        from path in ours
            ? Either<InputError, string>.Right(module)
            : new InputError($"{module} exists and is not the one that 'simclr export' writes: move it, or give another --out.")
        select path;

    private static string Text()
    {
        using var reader = new StreamReader(typeof(PytorchExport).Assembly.GetManifestResourceStream(Module)!);
        return reader.ReadToEnd();
    }

    // Whether a file is a module of this or another version, which its first line shows.
    private static Either<InputError, bool> IsModule(string path, string text) =>
        Inputs.Reading(path, () => File.ReadLines(path).FirstOrDefault() == text.Split('\n')[0]);
}
