namespace SimClrDsl.Planning;

/// <summary>Names of the stages, as in <c>--only</c>, logs and checkpoints.</summary>
public static class StageNames
{
    /// <summary>Contrastive pretraining.</summary>
    public const string Pretrain = "pretrain";

    /// <summary>k-nearest-neighbour evaluation.</summary>
    public const string Knn = "knn";

    /// <summary>Linear evaluation.</summary>
    public const string Linear = "linear";

    /// <summary>The label-only baseline. It has the name of its key in a spec, <c>evaluate.supervised</c>.</summary>
    public const string Supervised = "supervised";

    /// <summary>Fine-tuning.</summary>
    public const string Finetune = "finetune";

    /// <summary>Self-distillation.</summary>
    public const string SelfDistill = "self_distill";

    /// <summary>Distillation.</summary>
    public const string Distill = "distill";

    /// <summary>The names of all stages, in the order in which they run.</summary>
    public static IReadOnlyList<string> All { get; } = [Pretrain, Knn, Linear, Supervised, Finetune, SelfDistill, Distill];

    /// <summary>The dotted key of a stage's settings in a spec, such as <c>evaluate.knn</c>.</summary>
    public static string KeyOf(string stage) => stage is Knn or Linear or Supervised ? $"evaluate.{stage}" : stage;

    /// <summary>Whether other stages may start from the network that a stage trains.</summary>
    public static bool Trains(string stage) => stage is Pretrain or Finetune or SelfDistill or Distill;

    /// <summary>Whether the network that a stage trains has a classifier.</summary>
    public static bool Classifies(string stage) => stage is Finetune or SelfDistill or Distill;
}
