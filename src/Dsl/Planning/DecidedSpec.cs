using SimClrDsl.Specs;

namespace SimClrDsl.Planning;

/// <summary>
/// A spec with what the planner decided written out: stem, batches, optimizers with their rates, warm-ups, temperatures. It means the same
/// plan as the spec it was made of, whatever later versions decide where a spec says nothing.
/// </summary>
public static class DecidedSpec
{
    /// <summary>
    /// The spec of a plan, written out. Left out all the same is what may not be given (<c>classes</c> of a data set that has its own), and
    /// what says by its absence that there is none (a microbatch, a stage, the folder of a data set that a package installs).
    /// </summary>
    public static Spec Of(Plan plan) =>
        plan.Spec with
        {
            RunningVariance = plan.RunningVariance,
            Data = Data(plan),
            Encoder = plan.Spec.Encoder with { Stem = plan.Encoder.StemKind },
            Pretrain = plan is { Spec.Pretrain: { } pretrain, Pretrain: { } pretraining } ? Pretrain(pretrain, pretraining) : null,
            Evaluate = plan.Spec.Evaluate is { } evaluate
                ? evaluate with
                {
                    Linear = plan is { Linear: { } linear } ? Linear(evaluate.Linear!, linear, plan.Data) : null,
                    Supervised = plan is { LabelOnly: { } labelOnly } ? Supervised(evaluate.Supervised!, labelOnly) : null,
                }
                : null,
            Finetune = plan is { Spec.Finetune: { } finetune, Finetune: { } finetuning }
                ? Finetune(finetune, finetuning, plan.Encoder)
                : null,
            SelfDistill = plan is { Spec.SelfDistill: { } self, SelfDistill: { } selfDistilling }
                ? self with
                {
                    Batch = selfDistilling.Batch,
                    Optimizer = OptimizerPlanner.Decided(self.Optimizer, StageDefaults.Unlabelled),
                }
                : null,
            Distill = plan is { Spec.Distill: { } distill, Distill: { } distilling } ? Distill(distill, distilling, plan.Data) : null,
        };

    private static DataSpec Data(Plan plan) =>
        plan.Spec.Data with
        {
            Image = plan.Data.Side,
            Classes = plan.Data.Source == DataSource.Synthetic ? plan.Data.Classes : plan.Spec.Data.Classes,
            SkipBroken = plan.Spec.Data.SkipBroken ?? Amount.Count(0),
        };

    private static PretrainSpec Pretrain(PretrainSpec spec, PretrainPlan plan) =>
        spec with
        {
            Head = plan.Head.Layers < 2 ? spec.Head : spec.Head with { Hidden = plan.Head.HiddenWidth ?? plan.Head.Features },
            Memory = plan.Memory is { } memory
                ? spec.Memory with
                {
                    Use = MemoryUse.Always,
                    Keep = memory.Keep,
                }
                : spec.Memory with
                {
                    Use = MemoryUse.Never,
                },
            Optimizer = OptimizerPlanner.Decided(spec.Optimizer, StageDefaults.Unlabelled),
        };

    private static LinearSpec Linear(LinearSpec spec, LinearPlan plan, DataPlan data) =>
        spec with
        {
            Batch = plan.Batch,
            Optimizer = OptimizerPlanner.Decided(spec.Optimizer, StageDefaults.Linear(data)),
        };

    private static SupervisedSpec Supervised(SupervisedSpec spec, LabelOnlyPlan plan) =>
        spec with
        {
            Steps = spec.Epochs is null ? plan.Rate.TotalSteps.Value : null,
            Batch = plan.Batch,
            LearningRates = plan.Rates,
            EvaluateEvery = plan.EvaluateEvery,
            Optimizer = OptimizerPlanner.Decided(spec.Optimizer, StageDefaults.Supervised),
        };

    private static FinetuneSpec Finetune(FinetuneSpec spec, FinetunePlan plan, EncoderPlan encoder) =>
        spec with
        {
            FromHeadLayer = plan.FromHeadLayer,
            FrozenBatchNorm = plan.Freeze == Freeze.None ? null : plan.FrozenBatchNorm,
            Epochs = plan.Epochs,
            Batch = plan.Batch,
            Optimizer = OptimizerPlanner.Decided(spec.Optimizer, StageDefaults.Finetune(encoder)),
        };

    private static DistillSpec Distill(DistillSpec spec, DistillPlan plan, DataPlan data) =>
        spec with
        {
            Student = spec.Student with { Stem = plan.Student.StemKind, Classes = data.Classes },
            Temperature = plan.Temperature,
            Batch = plan.Batch,
            Optimizer = OptimizerPlanner.Decided(spec.Optimizer, StageDefaults.Unlabelled),
        };
}
