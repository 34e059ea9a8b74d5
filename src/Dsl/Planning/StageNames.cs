namespace SimClrDsl.Planning;

/// <summary>Names of the stages, for <c>--only</c>, logs and checkpoints.</summary>
public static class StageNames
{
    public const string Pretrain = "pretrain";
    public const string Knn = "knn";
    public const string Linear = "linear";
    public const string Supervised = "supervised";
    public const string Finetune = "finetune";
    public const string SelfDistill = "self_distill";
    public const string Distill = "distill";

    /// <summary>Every stage in the order of a run.</summary>
    public static IReadOnlyList<string> All { get; } = [Pretrain, Knn, Linear, Supervised, Finetune, SelfDistill, Distill];

    /// <summary>Whether a stage leaves a network for others to go on from.</summary>
    public static bool Trains(string stage) => stage is Pretrain or Finetune or SelfDistill or Distill;
}
