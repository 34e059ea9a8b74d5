using LanguageExt;
using SimClrDsl.Planning;
using SimClrDsl.Runtime.Files;
using SimClrDsl.Runtime.Layers;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Weights.Names;
using SimClrDsl.Runtime.Weights.PyTorch;
using SimClrDsl.Specs;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Weights;

/// <summary>Imports encoders of PyTorch's libraries as networks that were pretrained.</summary>
public static class EncoderImport
{
    // By which those libraries normalise images of ImageNet.
    private static readonly float[] Mean = [0.485f, 0.456f, 0.406f];
    private static readonly float[] Deviation = [0.229f, 0.224f, 0.225f];

    /// <summary>
    /// Makes the checkpoint of pretraining from an encoder of torchvision, timm, lightly or solo-learn. Names and shapes are compared with
    /// the plan before anything is written. A projection head starts from random weights, since those libraries' heads are others.
    /// </summary>
    /// <param name="file">A file of <c>torch.save</c> (.pth, .pt, .ckpt) or a safetensors file.</param>
    /// <param name="prefix">What stands before the names of the encoder; null if the file holds one encoder only.</param>
    /// <param name="normalised">
    /// Whether the encoder takes images that are normalised by ImageNet's mean and deviation. That is then computed by its first layer,
    /// since networks here take pixels from 0 to 1.
    /// </param>
    /// <param name="plan">The experiment's plan, which has pretraining.</param>
    /// <param name="path">Path of the checkpoint to write.</param>
    /// <param name="metadata">Metadata of that checkpoint.</param>
    /// <returns>
    /// The numbers of tensors; an error if the file is damaged or holds another network, and then nothing is written.
    /// </returns>
    /// <exception cref="InputException">The checkpoint cannot be written.</exception>
    public static Either<InputError, ImportedWeights> Pretrained(
        string file,
        string? prefix,
        bool normalised,
        Plan plan,
        string path,
        IReadOnlyDictionary<string, string> metadata
    )
    {
        using var scope = NewDisposeScope();
        using var off = no_grad();
        if (Misfit(plan) is { } misfit)
        {
            return misfit;
        }

        var network = NetworkLayers.Of(plan, StageNames.Pretrain);
        var read =
            from found in Tensors(file)
            from foreign in ForeignEncoder.Find(file, found.Keys, prefix)
            from taken in Taken(file, found, foreign, plan, network)
            let whole = WithFirstSkip(taken, network)
            from encoder in normalised ? Normalised(whole, network.Encoder.Stem[0].Path) : whole
            select (Encoder: encoder, Loaded: taken.Count, Left: found.Count - taken.Count);
        return read.Map(imported =>
        {
            var key = Key.FromSeed(plan.Spec.Seed).At(StageNames.Pretrain);
            var head = network.Head.SelectMany((layer, i) => Head(layer, key.At("init").At(i)));
            var whole = imported.Encoder.Concat(head).ToDictionary();
            SafeTensors.Write(path, [.. whole, .. CarriedStart.Of(plan, StageNames.Pretrain, whole)], metadata);
            return new ImportedWeights(imported.Loaded, imported.Left);
        });
    }

    // Why no network of those libraries can be that of the plan.
    private static InputError? Misfit(Plan plan) =>
        plan.Encoder.SelectiveKernel ? new($"the encoders of those libraries have no selective kernels, and this is {plan.Encoder.Title}.")
        : plan.Finetune is { FromHeadLayer: > 0 } finetune
            ? new(
                $"fine-tuning of '{plan.Name}' starts from layer {finetune.FromHeadLayer} of the projection head, which those libraries "
                    + "do not have: set finetune.from_head_layer to 0."
            )
        : null;

    private static Either<InputError, IReadOnlyDictionary<string, Tensor>> Tensors(string file) =>
        file.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)
            ? SafeTensors.Read(file).Map(static read => read.Tensors)
            : PyTorchFile.Read(file);

    // The tensors of the file's encoder, as float32 and by their names in our checkpoints.
    private static Either<InputError, Dictionary<string, Tensor>> Taken(
        string file,
        IReadOnlyDictionary<string, Tensor> found,
        ForeignEncoder foreign,
        Plan plan,
        NetworkLayers network
    )
    {
        var shapes = Shapes(network);
        // ResNet-18 and 34 of those libraries have no convolution on the skip of their first block, where ours has one.
        var names = TorchvisionNames
            .Of(network with { Head = [] })
            .Select(name => (Ours: name.Key, Theirs: foreign.NameOf(name.Value)))
            .Where(name => !IsFirstSkip(plan, name.Ours) || found.ContainsKey(name.Theirs))
            .ToList();
        var difference = WeightNames.Difference(
            [.. names.Select(name => KeyValuePair.Create(name.Theirs, $"{shapes[name.Ours]}"))],
            found
                .Where(tensor => foreign.Owns(tensor.Key))
                .ToDictionary(static tensor => tensor.Key, static tensor => $"{tensor.Value.shape.ToSequence()}"),
            surplus: true
        );
        return difference is null
            ? names.ToDictionary(static name => name.Ours, name => found[name.Theirs].to(float32))
            : new InputError($"{file} does not hold {plan.Encoder.Title} as this experiment has it: it {difference}.");
    }

    // In the place of the convolution on the first skip, if the file lacks it, stands one that changes nothing.
    private static Dictionary<string, Tensor> WithFirstSkip(Dictionary<string, Tensor> taken, NetworkLayers network) =>
        taken
            .Concat(
                from tensor in Shapes(network)
                where !taken.ContainsKey(tensor.Key)
                select KeyValuePair.Create(tensor.Key, Identity(tensor.Key, tensor.Value))
            )
            .ToDictionary();

    private static Dictionary<string, Sequence<long>> Shapes(NetworkLayers network) =>
        network
            .Encoder.All.SelectMany(static layer => layer.Tensors)
            .ToDictionary(static tensor => tensor.Name, static tensor => tensor.Shape);

    private static bool IsFirstSkip(Plan plan, string name) =>
        plan.Encoder.Groups[0].Entry is BlockPlan.Basic { Stride: 1 } entry
        && entry.Inputs == entry.Outputs
        && name.Contains(".group1_entry.skip.", StringComparison.Ordinal);

    // A convolution and batch norm that change nothing.
    private static Tensor Identity(string name, Sequence<long> shape) =>
        name.EndsWith(".kernel", StringComparison.Ordinal) ? eye(shape[0]).reshape([.. shape])
        : name.EndsWith(".scale", StringComparison.Ordinal) ? ones([.. shape])
        : name.EndsWith(".variance", StringComparison.Ordinal) ? full([.. shape], 1 - BatchNorm.Epsilon)
        : zeros([.. shape]);

    // The first convolution of (x − mean) / deviation is that of x with divided kernels, less a constant, which its batch norm subtracts as
    // well as its own mean. Padding is of black pixels then, and no longer of mean ones.
    private static Either<InputError, Dictionary<string, Tensor>> Normalised(Dictionary<string, Tensor> encoder, string stem)
    {
        var (kernel, mean) = ($"params.{stem}.kernel", $"state.{stem}.mean");
        if (encoder[kernel].size(1) != Mean.Length)
        {
            return new InputError("images of one channel have no normalisation by ImageNet's colours: give --normalisation none.");
        }

        var divided = encoder[kernel] / tensor(Deviation).reshape(1, -1, 1, 1);
        return new Dictionary<string, Tensor>(encoder)
        {
            [mean] = encoder[mean] + (divided * tensor(Mean).reshape(1, -1, 1, 1)).sum([1, 2, 3]),
            [kernel] = divided,
        };
    }

    private static IEnumerable<KeyValuePair<string, Tensor>> Head(WeightLayer layer, Key key) =>
        layer.Tensors.Select(tensor =>
            KeyValuePair.Create(
                tensor.Name,
                tensor.Part switch
                {
                    WeightPart.Kernel => Initializers.Dense(key, (int)tensor.Shape[1], (int)tensor.Shape[0]),
                    WeightPart.Scale or WeightPart.Variance => ones([.. tensor.Shape]),
                    _ => zeros([.. tensor.Shape]),
                }
            )
        );
}
