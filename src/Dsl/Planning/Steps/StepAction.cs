using SimClrDsl.Specs;

namespace SimClrDsl.Planning.Steps;

/// <summary>
/// Something that a step does after it has read its batch. A closed union: <see cref="Match{T}"/> has one parameter for each case.
/// </summary>
public abstract record StepAction
{
    private StepAction() { }

    /// <summary>Calls the function for the case that this action is.</summary>
    public T Match<T>(
        Func<Unpack, T> unpack,
        Func<Cut, T> cut,
        Func<MemoryKeys, T> memoryKeys,
        Func<MemoryKeysOfAverages, T> memoryKeysOfAverages,
        Func<AskTeacher, T> askTeacher,
        Func<Encode, T> encode,
        Func<Differentiate, T> differentiate,
        Func<DifferentiateEmbeddings, T> differentiateEmbeddings,
        Func<DifferentiateMean, T> differentiateMean,
        Func<Clip, T> clip,
        Func<Update, T> update,
        Func<TrainOnline, T> trainOnline,
        Func<Enqueue, T> enqueue,
        Func<EnqueueSecond, T> enqueueSecond,
        Func<Average, T> average
    ) =>
        this switch
        {
            Unpack action => unpack(action),
            Cut action => cut(action),
            MemoryKeys action => memoryKeys(action),
            MemoryKeysOfAverages action => memoryKeysOfAverages(action),
            AskTeacher action => askTeacher(action),
            Encode action => encode(action),
            Differentiate action => differentiate(action),
            DifferentiateEmbeddings action => differentiateEmbeddings(action),
            DifferentiateMean action => differentiateMean(action),
            Clip action => clip(action),
            Update action => update(action),
            TrainOnline action => trainOnline(action),
            Enqueue action => enqueue(action),
            EnqueueSecond action => enqueueSecond(action),
            Average action => average(action),
            _ => throw new InvalidOperationException($"{GetType().Name} is no case of {nameof(StepAction)}."),
        };

    /// <summary>Names the tensors that were read.</summary>
    /// <param name="Names">The names.</param>
    public sealed record Unpack(Sequence<string> Names) : StepAction;

    /// <summary>Cuts what was read into microbatches.</summary>
    /// <param name="Name">Name of the microbatches.</param>
    /// <param name="Of">The tensors that are cut.</param>
    /// <param name="Parts">Number of microbatches.</param>
    /// <param name="Images">Images of one of them.</param>
    public sealed record Cut(string Name, Sequence<string> Of, int Parts, ImageShape Images) : StepAction;

    /// <summary>
    /// Moves the memory network's weights towards the trained ones, and makes its projections of the batch, which update its running
    /// statistics. It comes before the gradients, so that activations of both networks are never in memory at the same time.
    /// </summary>
    /// <param name="Decay">Decay of the moving average.</param>
    /// <param name="Of">The views that it projects.</param>
    /// <param name="Keys">Number of projections.</param>
    /// <param name="Width">Width of a projection.</param>
    /// <param name="Queue">Number of projections of earlier batches.</param>
    public sealed record MemoryKeys(double Decay, string Of, int Keys, int Width, int Queue) : StepAction;

    /// <summary>The same, if its running statistics too are moving averages of the trained network's.</summary>
    /// <param name="Decay">Decay of the moving averages.</param>
    /// <param name="Of">The views that it projects.</param>
    /// <param name="Keys">Number of projections.</param>
    /// <param name="Width">Width of a projection.</param>
    /// <param name="Queue">Number of projections of earlier batches.</param>
    public sealed record MemoryKeysOfAverages(double Decay, string Of, int Keys, int Width, int Queue) : StepAction;

    /// <summary>Asks the frozen teacher for its answers.</summary>
    public sealed record AskTeacher : StepAction;

    /// <summary>Computes features with the frozen encoder.</summary>
    public sealed record Encode : StepAction;

    /// <summary>Computes the gradients of the loss on the whole batch.</summary>
    public sealed record Differentiate : StepAction;

    /// <summary>Computes the gradients of a loss of the embeddings of all microbatches.</summary>
    public sealed record DifferentiateEmbeddings : StepAction;

    /// <summary>Computes the gradients of the mean of the loss over microbatches.</summary>
    /// <param name="Inputs">What the loss is given of a microbatch.</param>
    public sealed record DifferentiateMean(Sequence<PartInput> Inputs) : StepAction;

    /// <summary>Scales the gradients down to a limit.</summary>
    /// <param name="Limit">Largest norm of all gradients together.</param>
    public sealed record Clip(double Limit) : StepAction;

    /// <summary>Updates the parameters.</summary>
    /// <param name="Gradients">The gradients that are used: as computed, or clipped.</param>
    /// <param name="Optimizer">How.</param>
    public sealed record Update(string Gradients, OptimizerPlan Optimizer) : StepAction;

    /// <summary>Trains the online classifier with the same optimizer, on features without gradient.</summary>
    /// <param name="Views">Number of views of an image that have features.</param>
    /// <param name="Optimizer">The optimizer, of which only the momentum is carried.</param>
    public sealed record TrainOnline(int Views, OptimizerPlan Optimizer) : StepAction;

    /// <summary>Puts the memory network's projections into the queue.</summary>
    public sealed record Enqueue : StepAction;

    /// <summary>Puts those of second views into the queue.</summary>
    /// <param name="Images">Images of the batch; the projections of their first views come before those of their second.</param>
    public sealed record EnqueueSecond(int Images) : StepAction;

    /// <summary>Moves the averaged weights towards the new ones.</summary>
    /// <param name="Decay">Decay of the moving average.</param>
    public sealed record Average(double Decay) : StepAction;
}

/// <summary>
/// An input of the loss of one microbatch. A closed union: <see cref="Match{T}"/> has one parameter for each case.
/// </summary>
public abstract record PartInput
{
    private PartInput() { }

    /// <summary>Calls the function for the case that this input is.</summary>
    public T Match<T>(Func<Read, T> read, Func<TeacherAnswers, T> teacherAnswers) =>
        this switch
        {
            Read input => read(input),
            TeacherAnswers input => teacherAnswers(input),
            _ => throw new InvalidOperationException($"{GetType().Name} is no case of {nameof(PartInput)}."),
        };

    /// <summary>A part of what was read.</summary>
    /// <param name="Name">Name of the tensor.</param>
    public sealed record Read(string Name) : PartInput;

    /// <summary>The teacher's answers on such a part.</summary>
    /// <param name="Name">Name of the images' tensor.</param>
    public sealed record TeacherAnswers(string Name) : PartInput;
}
