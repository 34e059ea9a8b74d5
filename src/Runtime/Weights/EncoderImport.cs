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
    /// <exception cref="InputException">The file is damaged or holds another network; then nothing is written.</exception>
    public static ImportedWeights Pretrained(
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
        RequireEncoder(plan);
        var found = file.EndsWith(".safetensors", StringComparison.OrdinalIgnoreCase)
            ? SafeTensors.Read(file).Tensors
            : PyTorchFile.Read(file);
        var foreign = ForeignEncoder.Find(file, found.Keys, prefix);
        var network = NetworkLayers.Of(plan, StageNames.Pretrain);
        var names = TorchvisionNames.Of(network with { Head = [] });
        var shapes = network
            .Encoder.All.SelectMany(static layer => layer.Tensors)
            .ToDictionary(static tensor => tensor.Name, static tensor => tensor.Shape);

        // ResNet-18 and 34 of those libraries have no convolution on the skip of their first block, where ours has one.
        var added = names
            .Where(name => IsFirstSkip(plan, name.Key) && !found.ContainsKey(foreign.NameOf(name.Value)))
            .Select(static name => name.Key)
            .ToHashSet();
        var taken = names
            .Where(name => !added.Contains(name.Key))
            .ToDictionary(static name => name.Key, name => foreign.NameOf(name.Value));
        var difference = WeightNames.Difference(
            [.. taken.Select(name => KeyValuePair.Create(name.Value, $"{shapes[name.Key]}"))],
            found
                .Where(tensor => foreign.Owns(tensor.Key))
                .ToDictionary(static tensor => tensor.Key, static tensor => $"{tensor.Value.shape.ToSequence()}"),
            surplus: true
        );
        if (difference is not null)
        {
            throw new InputException($"{file} does not hold {plan.Encoder.Title} as this experiment has it: it {difference}.");
        }

        var encoder = taken.ToDictionary(static name => name.Key, name => found[name.Value].to(float32));
        foreach (var name in added)
        {
            encoder[name] = Identity(name, shapes[name]);
        }

        if (normalised)
        {
            Normalise(encoder, network.Encoder.Stem[0].Path);
        }

        var key = Key.FromSeed(plan.Spec.Seed).At(StageNames.Pretrain);
        var whole = encoder.Concat(network.Head.SelectMany((layer, i) => Head(layer, key.At("init").At(i)))).ToDictionary();
        SafeTensors.Write(path, [.. whole, .. CarriedStart.Of(plan, StageNames.Pretrain, whole)], metadata);
        return new(taken.Count, found.Count - taken.Count);
    }

    private static void RequireEncoder(Plan plan)
    {
        if (plan.Encoder.SelectiveKernel)
        {
            throw new InputException($"the encoders of those libraries have no selective kernels, and this is {plan.Encoder.Title}.");
        }

        if (plan.Finetune is { FromHeadLayer: > 0 } finetune)
        {
            throw new InputException(
                $"fine-tuning of '{plan.Name}' starts from layer {finetune.FromHeadLayer} of the projection head, which those libraries "
                    + "do not have: set finetune.from_head_layer to 0."
            );
        }
    }

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
    private static void Normalise(Dictionary<string, Tensor> encoder, string stem)
    {
        var (kernel, mean) = ($"params.{stem}.kernel", $"state.{stem}.mean");
        if (encoder[kernel].size(1) != Mean.Length)
        {
            throw new InputException("images of one channel have no normalisation by ImageNet's colours: give --normalisation none.");
        }

        var divided = encoder[kernel] / tensor(Deviation).reshape(1, -1, 1, 1);
        encoder[mean] = encoder[mean] + (divided * tensor(Mean).reshape(1, -1, 1, 1)).sum([1, 2, 3]);
        encoder[kernel] = divided;
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
