using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;

namespace SimClrDsl.Runtime.Stages;

/// <summary>Between steps 2 and 3: distillation of the frozen fine-tuned network into one like it, from scratch (§3.1).</summary>
public static class SelfDistillation
{
    /// <summary>On unlabelled images (Eq. 2).</summary>
    public static TrainingStage<SelfDistilled, TParams, TState> Of<TParams, TState, TCarried>(
        FrozenNetwork teacher,
        Trainee<TParams, TState, TCarried> student,
        Func<Frozen, Step<TParams, TCarried, UnlabelledBatch>> step
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
        where TCarried : class, ITree<TCarried> =>
        new Teaching<SelfDistilled, TParams, TState, TCarried, UnlabelledBatch>(
            Student,
            teacher,
            student,
            step,
            TeachingBatches.Unlabelled()
        );

    /// <summary>On unlabelled images, with so many labelled ones beside them in every step (Eq. 3).</summary>
    public static TrainingStage<SelfDistilled, TParams, TState> WithLabels<TParams, TState, TCarried>(
        FrozenNetwork teacher,
        Trainee<TParams, TState, TCarried> student,
        Func<Frozen, Step<TParams, TCarried, MixedBatch>> step,
        int labelBatch
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
        where TCarried : class, ITree<TCarried> =>
        new Teaching<SelfDistilled, TParams, TState, TCarried, MixedBatch>(
            Student,
            teacher,
            student,
            step,
            TeachingBatches.Mixed(labelBatch)
        );

    private static StudentWords Student => new(StageNames.SelfDistill, "self-distilled", "network like its teacher");
}
