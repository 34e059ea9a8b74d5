using static TorchSharp.torch;

namespace TorchSharp;

/// <summary>Frees, when it is disposed, every tensor created on its thread while it was the innermost scope.</summary>
public sealed class DisposeScope : IDisposable
{
    [ThreadStatic]
    private static DisposeScope? innermost;

    // By reference: a tensor's own equality compares elements.
    private readonly HashSet<IDisposable> owned = new(ReferenceEqualityComparer.Instance);
    private readonly DisposeScope? outer;
    private bool closed;

    private DisposeScope(DisposeScope? outer) => this.outer = outer;

    internal static DisposeScope? Current => innermost;

    public int DisposablesCount => owned.Count;

    public IReadOnlyList<IDisposable> DisposablesView => owned.ToList();

    // A scope closed out of order is no longer anybody's outer scope.
    private DisposeScope? Outer => outer is { closed: true } ? outer.Outer : outer;

    internal static DisposeScope Open() => innermost = new DisposeScope(innermost);

    public bool Contains(IDisposable disposable) => owned.Contains(disposable);

    public T MoveToOuter<T>(T disposable)
        where T : IDisposable => Move(Outer, disposable);

    public (T1 first, T2 second) MoveToOuter<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable => (MoveToOuter<T1>(first), MoveToOuter<T2>(second));

    public (T1 first, T2 second, T3 third) MoveToOuter<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable => (MoveToOuter<T1>(first), MoveToOuter<T2>(second), MoveToOuter<T3>(third));

    public void MoveToOuter(params IDisposable[] disposables) => MoveToOuter((IEnumerable<IDisposable>)disposables);

    public void MoveToOuter(IEnumerable<IDisposable> disposables) => Each(disposables, item => Move(Outer, item));

    public T MoveToOther<T>(DisposeScope scope, T disposable)
        where T : IDisposable => Move(scope, disposable);

    public void MoveToOther(DisposeScope scope, params IDisposable[] disposables) =>
        MoveToOther(scope, (IEnumerable<IDisposable>)disposables);

    public void MoveToOther(DisposeScope scope, IEnumerable<IDisposable> disposables) => Each(disposables, item => Move(scope, item));

    public T Detach<T>(T disposable)
        where T : IDisposable => Move(null, disposable);

    public (T1 first, T2 second) Detach<T1, T2>(T1 first, T2 second)
        where T1 : IDisposable
        where T2 : IDisposable => (Detach<T1>(first), Detach<T2>(second));

    public (T1 first, T2 second, T3 third) Detach<T1, T2, T3>(T1 first, T2 second, T3 third)
        where T1 : IDisposable
        where T2 : IDisposable
        where T3 : IDisposable => (Detach<T1>(first), Detach<T2>(second), Detach<T3>(third));

    public void Detach(params IDisposable[] disposables) => Detach((IEnumerable<IDisposable>)disposables);

    public void Detach(IEnumerable<IDisposable> disposables) => Each(disposables, item => Move(null, item));

    public void Attach(IDisposable disposable) => Adopt(disposable);

    public void Attach(params IDisposable[] disposables) => Attach((IEnumerable<IDisposable>)disposables);

    public IReadOnlyList<IDisposable> Attach(IEnumerable<IDisposable> disposables)
    {
        var items = disposables as IReadOnlyList<IDisposable> ?? disposables.ToList();
        Each(items, Adopt);
        return items;
    }

    public void DisposeEverything() => DisposeEverythingBut([]);

    public void DisposeEverythingBut(IEnumerable<IDisposable> inKeep)
    {
        var kept = new HashSet<IDisposable>(inKeep, ReferenceEqualityComparer.Instance);
        var doomed = owned.Where(item => !kept.Contains(item)).ToList();
        owned.ExceptWith(doomed);
        foreach (var item in doomed)
        {
            if (item is Tensor tensor)
            {
                tensor.Scope = null;
            }
            item.Dispose();
        }
    }

    public void DisposeEverythingBut(params IDisposable[] keep) => DisposeEverythingBut((IEnumerable<IDisposable>)keep);

    public T DisposeEverythingBut<T>(T keep)
        where T : IDisposable
    {
        DisposeEverythingBut([keep]);
        return keep;
    }

    /// <summary>Forgets something that has been disposed elsewhere.</summary>
    public void MarkAsDisposed(IDisposable disposable) => owned.Remove(disposable);

    public void Dispose()
    {
        if (closed)
        {
            return;
        }
        closed = true;
        // Tensors created from here on belong to the next scope that is still open.
        if (innermost == this)
        {
            innermost = Outer;
        }
        DisposeEverything();
    }

    internal void Add(Tensor tensor)
    {
        _ = owned.Add(tensor);
        tensor.Scope = this;
    }

    /// <summary>Takes something out of whichever scope holds it and gives it to <paramref name="to"/>, or to nobody.</summary>
    internal static void Transfer(Tensor tensor, DisposeScope? to)
    {
        tensor.Scope?.MarkAsDisposed(tensor);
        tensor.Scope = null;
        to?.Add(tensor);
    }

    private T Move<T>(DisposeScope? to, T disposable)
        where T : IDisposable
    {
        // What another scope holds, or nobody does, is not this scope's to give away.
        if (owned.Remove(disposable))
        {
            if (disposable is Tensor tensor)
            {
                Transfer(tensor, to);
            }
            else
            {
                to?.owned.Add(disposable);
            }
        }
        return disposable;
    }

    private void Adopt(IDisposable disposable)
    {
        if (disposable is Tensor tensor)
        {
            Transfer(tensor, this);
        }
        else
        {
            _ = owned.Add(disposable);
        }
    }

    private static void Each(IEnumerable<IDisposable> disposables, Action<IDisposable> action)
    {
        foreach (var disposable in disposables)
        {
            action(disposable);
        }
    }
}
