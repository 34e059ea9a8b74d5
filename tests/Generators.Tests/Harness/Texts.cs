using SimClrDsl.Generators.Emit;
using SimClrDsl.Planning;
using SimClrDsl.Reading;
using SimClrDsl.Specs;

namespace SimClrDsl.Generators.Tests.Harness;

/// <summary>Experiments as YAML. Copies of their own, so that tuning the experiments of the repository changes no golden file.</summary>
internal static class Texts
{
    /// <summary>The fewest keys that train something.</summary>
    public const string Minimal = """
        name: minimal
        data: { source: synthetic }
        encoder: { resnet: 18, width: 0.25 }
        pretrain: { epochs: 2, batch: 64 }
        """;

    /// <summary>ResNet-50 on photographs, pretrained only: what the rows of the design's table of differences start from.</summary>
    public const string ResNet50 = """
        name: resnet50
        data: { source: imagenet, labels: 10% }
        encoder:
          resnet: 50
          width: 1
          selective_kernel: false
        pretrain:
          epochs: 800
          batch: 4096
          temperature: 0.1
        """;

    /// <summary>The paper's wide network with selective kernels, every stage at its defaults.</summary>
    public const string Wide = """
        name: resnet50-2x-sk
        data: { source: imagenet, labels: 1% }
        encoder: { resnet: 50, width: 2, selective_kernel: true }
        pretrain: {}
        evaluate: { linear: {} }
        finetune: {}
        distill: { student: { resnet: 50 } }
        """;

    /// <summary>
    /// A large network and batch on a small machine, with all that a step of pretraining may have beside the loss, and every stage of a
    /// mean loss.
    /// </summary>
    public const string Microbatches = """
        name: microbatches
        data: { source: imagenet, labels: 10% }
        encoder: { resnet: 152, selective_kernel: true, recompute: blocks }
        pretrain:
          batch: 1024
          microbatch: 32
          loss_scale: mean
          online_linear: {}
          memory: { in_batch: ema }
          optimizer: { clip: 1 }
        evaluate: { supervised: { epochs: 90, microbatch: 64 } }
        finetune: { freeze: group1, microbatch: 64 }
        distill: { student: { resnet: 50 }, alpha: 0.5, microbatch: 128 }
        """;

    /// <summary>Everything declared.</summary>
    public const string FashionMnist = """
        name: fashion-mnist
        seed: 1
        data: { source: fashion-mnist, unlabelled: 20000, labels: 100 }
        encoder: { resnet: 18, width: 0.25, stem: small }
        pretrain:
          head: { layers: 3, out: 128 }
          epochs: 10
          batch: 256
          temperature: 0.2
          augment: { crop: [0.2, 1.0], flip: 0.5, colour: { strength: 0.5 }, blur: 0.1 }
          optimizer: { lars: { lr: 0.1, scaling: sqrt, weight_decay: 1e-4 }, warmup: 5%, schedule: cosine }
        evaluate:
          knn: { k: 20 }
          linear: { epochs: 20, batch: 256, augment: none }
          supervised: { steps: 800, batch: 64, learning_rates: [0.03, 0.1, 0.3] }
        finetune: { from_head_layer: 1, epochs: 100, batch: 64, optimizer: { sgd: { lr: 0.05, scaling: none } } }
        distill:
          student: { resnet: 18, width: 0.125, stem: small }
          temperature: 1.0
          alpha: 0.9
          epochs: 10
          batch: 256
        """;

    public static Spec Read(string yaml) =>
        SpecReader
            .ReadYaml("spec.yaml", yaml)
            .Match(Succ: static spec => spec, Fail: static errors => throw new InvalidOperationException(string.Join("\n", errors)));

    /// <summary>The C# files of an experiment, by part: <c>Networks</c>.</summary>
    public static IReadOnlyDictionary<string, string> Emit(string yaml)
    {
        var plan = Plan.Of(Read(yaml));
        return ExperimentEmitter
            .Emit(plan)
            .ToDictionary(file => file.HintName[(plan.Identifier.Length + 1)..^".g.cs".Length], static file => file.Text);
    }

    /// <summary>The same files, and the canonical spec as the part <c>Spec</c>.</summary>
    public static IReadOnlyDictionary<string, string> Reviewed(string yaml) =>
        Emit(yaml).Append(KeyValuePair.Create("Spec", SpecEmitter.Yaml(Plan.Of(Read(yaml))).Text)).ToDictionary();
}
