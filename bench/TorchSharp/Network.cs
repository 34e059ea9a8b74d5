using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace SimClrDsl.Bench.Peers;

/// <summary>Two 3x3 convolutions beside a skip.</summary>
internal sealed class Basic : Module<Tensor, Tensor>
{
    private readonly Module<Tensor, Tensor> first;
    private readonly ConvNorm second;
    private readonly Module<Tensor, Tensor> skip;

    public Basic(BlockSettings b)
        : base(nameof(Basic))
    {
        first =
            b.Kind == "selective-basic"
                ? new Selective(b.Inputs, b.Inner, b.Stride, b.Squeezed)
                : new ConvNormRelu(b.Inputs, b.Inner, 3, b.Stride);
        second = new(b.Inner, b.Outputs, 3);
        skip = Blocks.Skip(b);
        register_module("first", first);
        register_module("second", second);
        register_module("skip", skip);
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var sum = second.call(first.call(x)).add_(skip.call(x));
        return functional.relu(sum, inplace: true).MoveToOuterDisposeScope();
    }
}

/// <summary>1x1, 3x3 and 1x1 convolutions beside a skip.</summary>
internal sealed class Bottleneck : Module<Tensor, Tensor>
{
    private readonly ConvNormRelu reduce;
    private readonly Module<Tensor, Tensor> spatial;
    private readonly ConvNorm expand;
    private readonly Module<Tensor, Tensor> skip;

    public Bottleneck(BlockSettings b)
        : base(nameof(Bottleneck))
    {
        reduce = new(b.Inputs, b.Inner, 1);
        spatial =
            b.Kind == "selective" ? new Selective(b.Inner, b.Inner, b.Stride, b.Squeezed) : new ConvNormRelu(b.Inner, b.Inner, 3, b.Stride);
        expand = new(b.Inner, b.Outputs, 1);
        skip = Blocks.Skip(b);
        register_module("reduce", reduce);
        register_module("spatial", spatial);
        register_module("expand", expand);
        register_module("skip", skip);
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var sum = expand.call(spatial.call(reduce.call(x))).add_(skip.call(x));
        return functional.relu(sum, inplace: true).MoveToOuterDisposeScope();
    }
}

/// <summary>Blocks by their settings.</summary>
internal static class Blocks
{
    public static Module<Tensor, Tensor> Of(BlockSettings b) =>
        b.Kind is "basic" or "selective-basic" ? new Basic(b)
        : b.Kind is "bottleneck" or "selective" ? new Bottleneck(b)
        : throw new InvalidDataException($"there is no block of kind {b.Kind}");

    public static Module<Tensor, Tensor> Skip(BlockSettings b) =>
        b.Skip switch
        {
            "pooled" => new PooledSkip(b.Inputs, b.Outputs, b.Stride),
            "projected" => new ConvNorm(b.Inputs, b.Outputs, 1, b.Stride),
            _ => Identity(),
        };
}

/// <summary>One convolution, or ResNet-D's three, and perhaps a max pool.</summary>
internal sealed class Stem : Module<Tensor, Tensor>
{
    private readonly List<Module<Tensor, Tensor>> layers = [];

    public Stem(IReadOnlyList<StemConv> convs, bool maxPool)
        : base(nameof(Stem))
    {
        string[] names = convs.Count == 1 ? ["conv"] : ["first", "second", "third"];
        foreach (var (name, conv) in names.Zip(convs))
        {
            layers.Add(new ConvNormRelu(conv.Inputs, conv.Outputs, conv.Kernel, conv.Stride));
            register_module(name, layers[^1]);
        }

        if (maxPool)
        {
            layers.Add(new MaxPoolSame());
            register_module("pool", layers[^1]);
        }
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return layers.Aggregate(x, static (y, layer) => layer.call(y)).MoveToOuterDisposeScope();
    }
}

/// <summary>Stem, groups of blocks, and the mean over all places.</summary>
internal sealed class Encoder : Module<Tensor, Tensor>
{
    private readonly List<Module<Tensor, Tensor>> parts = [];

    public Encoder(EncoderSettings settings)
        : base(nameof(Encoder))
    {
        Add("stem", new Stem(settings.Stem, settings.MaxPool));
        foreach (var (group, number) in settings.Groups.Select(static (group, i) => (group, i + 1)))
        {
            Add($"group{number}_entry", Blocks.Of(group.Entry));
            Add($"group{number}_body", Sequential(Enumerable.Range(0, group.BodyBlocks).Select(_ => Blocks.Of(group.Body))));
        }
    }

    public override Tensor forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        return parts.Aggregate(x, static (y, part) => part.call(y)).mean([2, 3]).MoveToOuterDisposeScope();
    }

    private void Add(string name, Module<Tensor, Tensor> part)
    {
        parts.Add(part);
        register_module(name, part);
    }
}

/// <summary>The workload's network as torch.nn modules, built from its plan: encoder and projection head.</summary>
internal sealed class Contrastive : Module<Tensor, Tensor>
{
    private readonly Encoder encoder;
    private readonly Module<Tensor, Tensor> head;

    public Contrastive(Workload workload)
        : base(nameof(Contrastive))
    {
        var h = workload.Head;
        encoder = new(workload.Encoder);
        head = Sequential(
            Enumerable
                .Range(1, h.Layers)
                .Select(i =>
                    ($"layer{i}", (Module<Tensor, Tensor>)new HeadLayer(h.Features, i == h.Layers ? h.Out : h.Features, i == h.Layers))
                )
        );
        register_module("encoder", encoder);
        register_module("head", head);
    }

    public override Tensor forward(Tensor x)
    {
        using var features = encoder.call(x);
        return head.call(features);
    }
}
