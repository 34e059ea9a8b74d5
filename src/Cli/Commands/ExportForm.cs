using LanguageExt;
using SimClrDsl.Export;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Weights;
using SimClrDsl.Runtime.Weights.Names;
using static TorchSharp.torch;

namespace SimClrDsl.Cli.Commands;

/// <summary>A form in which networks are exported.</summary>
/// <param name="Name">Its name, as given to <c>--as</c>.</param>
/// <param name="Ending">Ending of its default file, after EXPERIMENT-STAGE.</param>
/// <param name="IsOurs">Whether an existing file was exported in this form, so that it may be replaced.</param>
/// <param name="Write">Writes the network of a stage to a path, and gives lines for the screen; or says why it cannot.</param>
internal sealed record ExportForm(
    string Name,
    string Ending,
    Func<string, bool> IsOurs,
    Func<TrainedStage, string, OnnxForm, Either<InputError, IReadOnlyList<string>>> Write
)
{
    /// <summary>Every form; the first is the default.</summary>
    public static IReadOnlyList<ExportForm> All { get; } =
    [
        new("simclr", ".safetensors", WeightExport.IsExport, Own),
        new("torchvision", "-torchvision.safetensors", WeightExport.IsExport, Torchvision),
        new("pytorch", "-pytorch.safetensors", WeightExport.IsExport, Pytorch),
        new("onnx", ".onnx", OnnxExport.IsExport, Onnx),
    ];

    /// <summary>Whether the options of ONNX mean something to this form.</summary>
    public bool TakesOnnxOptions => Name == "onnx";

    private static Either<InputError, IReadOnlyList<string>> Own(TrainedStage trained, string path, OnnxForm form) =>
        from tensors in WeightExport.Own(trained.Checkpoint, trained.Plan, trained.Stage, path)
        select (IReadOnlyList<string>)[$"{OneLine.Of(path)}: parameters and statistics of stage '{trained.Stage}'."];

    private static Either<InputError, IReadOnlyList<string>> Torchvision(TrainedStage trained, string path, OnnxForm form) =>
        from tensors in WeightExport.Torchvision(trained.Checkpoint, trained.Plan, trained.Stage, path)
        select TorchvisionLines(trained, path);

    private static IReadOnlyList<string> TorchvisionLines(TrainedStage trained, string path)
    {
        var whole = TorchvisionNames.HasClassifier(trained.Plan, trained.Stage);
        return
        [
            whole
                ? $"{OneLine.Of(path)}: encoder and classifier of stage '{trained.Stage}' under torchvision's names."
                : $"{OneLine.Of(path)}: encoder of stage '{trained.Stage}' under torchvision's names; no 'fc', "
                    + "so set model.fc = torch.nn.Identity() first.",
            "Not in a state_dict, so set it by hand:",
            $"  model.maxpool = {TorchvisionNames.MaxPool}",
            "  images in [0, 1], without torchvision's normalisation",
        ];
    }

    private static Either<InputError, IReadOnlyList<string>> Pytorch(TrainedStage trained, string path, OnnxForm form) =>
        from module in PytorchExport.Write(path, trained.Checkpoint, trained.Plan, trained.Stage)
        select (IReadOnlyList<string>)
            [
                $"{OneLine.Of(path)}: parameters and statistics of stage '{trained.Stage}'.",
                $"{OneLine.Of(module)}: loads them into PyTorch; its first lines show how.",
            ];

    private static Either<InputError, IReadOnlyList<string>> Onnx(TrainedStage trained, string path, OnnxForm form) =>
        from network in trained.Open(CPU, ScalarType.Float32)
        from exported in OnnxExport.Write(path, trained.Checkpoint, trained.Plan, trained.Stage, network, form)
        select Lines(trained, exported);

    private static IReadOnlyList<string> Lines(TrainedStage trained, ExportedOnnx exported)
    {
        var errors = exported.Errors.Select(static error => FormattableString.Invariant($"{error.Output} to {error.Error:0.0e+0}"));
        return
        [
            $"{OneLine.Of(string.Join(" and ", exported.Files))}: stage '{trained.Stage}' for ONNX Runtime",
            $"takes {exported.Input}; gives {string.Join(" and ", exported.Errors.Select(static error => error.Output))}",
            $"checked against our own float32 outputs, of the largest value: {string.Join(", ", errors)}",
        ];
    }
}
