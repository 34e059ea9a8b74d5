namespace SimClrDsl.EndToEnd.Tests.Harness;

/// <summary>The smallest experiment that has every stage.</summary>
internal static class Tiny
{
    public const string File = "tiny.yaml";

    public const string Yaml = """
        name: tiny
        seed: 1
        data: { source: synthetic, image: 8, classes: 2, unlabelled: 32, labels: 4 }
        encoder:
          resnet: 18
          width: 0.125
        pretrain:
          head: { layers: 2, out: 8 }
          epochs: 1
          batch: 16
        evaluate:
          knn: { k: 3 }
          linear: { epochs: 1, batch: 16 }
          supervised: { steps: 2, batch: 4, evaluate_every: 1 }
        finetune: { from_head_layer: 1, epochs: 1, batch: 4 }
        distill:
          student: { resnet: 18, width: 0.125 }
          epochs: 1
          batch: 16
        precision: bf16

        """;

    /// <summary>A folder in which the experiment, with some text replaced, is <see cref="File"/>.</summary>
    public static Workplace Workplace(string replaced = "name: tiny", string by = "name: tiny")
    {
        Assert.Contains(replaced, Yaml, StringComparison.Ordinal);
        return new Workplace().With(File, Yaml.Replace(replaced, by, StringComparison.Ordinal));
    }
}
