namespace TorchSharp;

public static partial class torch
{
    /// <summary>The scope that tensors created on this thread now belong to, if any.</summary>
    public static DisposeScope? CurrentDisposeScope => DisposeScope.Current;

    /// <summary>Opens a scope on this thread; tensors created until it is disposed are freed with it.</summary>
    public static DisposeScope NewDisposeScope() => DisposeScope.Open();

    /// <summary>Runs <paramref name="expr"/> in a scope of its own and keeps only its result.</summary>
    public static Tensor WrappedTensorDisposeScope(Func<Tensor> expr)
    {
        using var scope = NewDisposeScope();
        return expr().MoveToOuterDisposeScope();
    }
}
