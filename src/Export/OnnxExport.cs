using LanguageExt;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Stages;
using SimClrDsl.Runtime.Weights;
using static TorchSharp.torch;

namespace SimClrDsl.Export;

/// <summary>A network that was written for ONNX Runtime.</summary>
/// <param name="Files">The files, the model first; a second one holds the weights of a network of more than two gigabytes.</param>
/// <param name="Input">Name, type and sizes of the input.</param>
/// <param name="Errors">How far each output is from ours, as measured on the file.</param>
public sealed record ExportedOnnx(IReadOnlyList<string> Files, string Input, IReadOnlyList<OnnxError> Errors)
{
    /// <summary>Size of all files, in bytes.</summary>
    public long Bytes => Files.Sum(static file => new FileInfo(file).Length);
}

/// <summary>Writes trained networks as ONNX files.</summary>
public static class OnnxExport
{
    /// <summary>Name of the output with the encoder's features.</summary>
    public const string Features = OnnxModel.Features;

    /// <summary>Title of the network that a stage leaves: <c>ResNet-50 ×2 +SK</c>.</summary>
    /// <param name="plan">The experiment's plan.</param>
    /// <param name="stage">Name of the stage.</param>
    public static string TitleOf(Plan plan, string stage) => OnnxModel.Encoder(plan, stage).Title;

    /// <summary>
    /// Writes the network of a stage. The file is run by ONNX Runtime at two batch sizes first, and compared with the network in float32;
    /// if an output differs by more than 10⁻⁴ of its largest value, nothing is written.
    /// </summary>
    /// <param name="path">Path of the file to write.</param>
    /// <param name="checkpoint">Path of the stage's checkpoint.</param>
    /// <param name="plan">The experiment's plan.</param>
    /// <param name="stage">Name of the stage.</param>
    /// <param name="network">The network of the checkpoint, which computes in float32.</param>
    /// <param name="form">What the file takes and gives.</param>
    /// <returns>
    /// What was written; an error if the checkpoint cannot be read, the outputs differ, or the file cannot be written, and then nothing is
    /// written.
    /// </returns>
    public static Either<InputError, ExportedOnnx> Write(
        string path,
        string checkpoint,
        Plan plan,
        string stage,
        SavedNetwork network,
        OnnxForm form
    )
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        return NetworkWeights.Read(checkpoint, plan, stage).Bind(weights => Write(path, weights, plan, stage, network, form));
    }

    private static Either<InputError, ExportedOnnx> Write(
        string path,
        NetworkWeights weights,
        Plan plan,
        string stage,
        SavedNetwork network,
        OnnxForm form
    )
    {
        var card = weights.Card ?? network.Card;
        var partial = $"{path}.partial";
        try
        {
            // The file has its final name while it is checked, since a model names the file of its weights.
            Directory.CreateDirectory(partial);
            var written = Path.Combine(partial, Path.GetFileName(path));
            var graph = OnnxModel.Graph(weights, plan, stage, form);
            var version = typeof(OnnxExport).Assembly.GetName().Version!.ToString(3);
            var files = OnnxFile.Write(written, OnnxModel.Message(graph, plan, stage, card, version), graph.Constants);
            if (!Checked(written, plan, stage, network, form, partial).Try(out var errors, out var error))
            {
                return error;
            }

            var targets = files.Select(file => Path.Combine(Path.GetDirectoryName(path) ?? "", Path.GetFileName(file))).ToList();
            foreach (var (file, target) in files.Zip(targets).Reverse())
            {
                File.Move(file, target, overwrite: true);
            }

            return new ExportedOnnx(targets, OnnxModel.Input(plan, form), errors);
        }
        catch (Exception e) when (InputException.IsFileTrouble(e))
        {
            return new InputError($"{path} cannot be written: {InputException.Reason(e)}.");
        }
        finally
        {
            if (Directory.Exists(partial))
            {
                Directory.Delete(partial, recursive: true);
            }
        }
    }

    /// <summary>Whether a file was written by this program, and so may be replaced. False if it cannot be read.</summary>
    /// <param name="path">Path of the file.</param>
    public static bool IsExport(string path) => OnnxFile.IsOurs(path);

    private static Either<InputError, IReadOnlyList<OnnxError>> Checked(
        string written,
        Plan plan,
        string stage,
        SavedNetwork network,
        OnnxForm form,
        string folder
    )
    {
        var output = OnnxModel.Output(plan, stage, form)?.Name;
        var errors = form.Pictures
            ? OnnxCheck.Pictures(written, network, output, StageNames.Classifies(stage), folder)
            : OnnxCheck.Images(written, network, output);
        var limit = form.Pictures && !network.Card.Input.StaysEncoded ? OnnxCheck.RoundedLimit : OnnxCheck.Limit;
        return errors.Bind(found => Within(limit, found));
    }

    private static Either<InputError, IReadOnlyList<OnnxError>> Within(double limit, IReadOnlyList<OnnxError> errors)
    {
        // False for what is not a number.
        var wrong = errors.FirstOrDefault(error => !(error.Error <= limit));
        return wrong is null
            ? Either<InputError, IReadOnlyList<OnnxError>>.Right(errors)
            : new InputError(
                FormattableString.Invariant(
                    $"ONNX Runtime's '{wrong.Output}' differs from ours by {wrong.Error:0.0e+0} of its largest value, more than {limit:0e+0}, so nothing was written: please report this network."
                )
            );
    }
}
