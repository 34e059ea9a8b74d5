using SimClrDsl.Planning;
using SimClrDsl.Runtime.Data;
using SimClrDsl.Runtime.Evaluate;
using SimClrDsl.Runtime.Tensors;
using SimClrDsl.Runtime.Training;

namespace SimClrDsl.Runtime.Stages;

/// <summary>Step 3: distillation of a frozen teacher into a student (§2, Eq. 2 and 3).</summary>
public static class Distillation
{
    /// <summary>On unlabelled images (Eq. 2).</summary>
    public static TrainingStage<Distilled, TParams, TState> Of<TParams, TState, TCarried>(
        FrozenNetwork teacher,
        Trainee<TParams, TState, TCarried> student,
        Func<Frozen, Step<TParams, TCarried, UnlabelledBatch>> step
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
        where TCarried : class, ITree<TCarried> =>
        new Teaching<Distilled, TParams, TState, TCarried, UnlabelledBatch>(Student, teacher, student, step, TeachingBatches.Unlabelled());

    /// <summary>On unlabelled images, with so many labelled ones beside them in every step (Eq. 3).</summary>
    public static TrainingStage<Distilled, TParams, TState> WithLabels<TParams, TState, TCarried>(
        FrozenNetwork teacher,
        Trainee<TParams, TState, TCarried> student,
        Func<Frozen, Step<TParams, TCarried, MixedBatch>> step,
        int labelBatch
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
        where TCarried : class, ITree<TCarried> =>
        new Teaching<Distilled, TParams, TState, TCarried, MixedBatch>(Student, teacher, student, step, TeachingBatches.Mixed(labelBatch));

    /// <summary>On labelled images alone (Table 2, second line).</summary>
    public static TrainingStage<Distilled, TParams, TState> OnLabelled<TParams, TState, TCarried>(
        FrozenNetwork teacher,
        Trainee<TParams, TState, TCarried> student,
        Func<Frozen, Step<TParams, TCarried, LabelledBatch>> step
    )
        where TParams : class, ITree<TParams>
        where TState : class, ITree<TState>
        where TCarried : class, ITree<TCarried> =>
        new Teaching<Distilled, TParams, TState, TCarried, LabelledBatch>(Student, teacher, student, step, TeachingBatches.Labelled());

    private static StudentWords Student => new(StageNames.Distill, "distilled", "student");
}
