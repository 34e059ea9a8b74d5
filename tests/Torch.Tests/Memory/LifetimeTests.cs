using SimClrDsl.Native;
using static TorchSharp.torch;

namespace SimClrDsl.Torch.Tests.Memory;

/// <summary>Tests that count the process's live tensors, or change its switches, run alone.</summary>
[CollectionDefinition(Name, DisableParallelization = true)]
public sealed class Alone
{
    public const string Name = "alone";
}

/// <summary>What a scope owns, it frees; what leaves it, lives on.</summary>
[Collection(Alone.Name)]
public sealed class LifetimeTests : IDisposable
{
    private readonly long before;

    public LifetimeTests()
    {
        // Tensors that other tests left to the finaliser must not be freed while these count.
        for (var i = 0; i < 3; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        before = SystemTorch.LiveTensors;
    }

    public void Dispose() => Assert.Equal(before, SystemTorch.LiveTensors);

    private long Live => SystemTorch.LiveTensors - before;

    [Fact]
    public void AScopeFreesWhatWasCreatedInIt()
    {
        using (var scope = NewDisposeScope())
        {
            var x = randn(4, 4, requires_grad: true);
            var loss = (x * 2 + 1).relu().mean();
            _ = autograd.grad([loss], [x])[0];
            _ = x.chunk(2);
            _ = x.topk(2);
            _ = x[TensorIndex.Tensor(tensor(new long[] { 0 })), 1];
            x.detach()[0, 0] = tensor(1f);
            Assert.Same(scope, CurrentDisposeScope);
            Assert.Equal(Live, scope.DisposablesCount);
            Assert.True(Live > 10);
        }
        Assert.Null(CurrentDisposeScope);
        Assert.Equal(0, Live);
    }

    [Fact]
    public void WhatMovesOutLivesInTheOuterScope()
    {
        Tensor kept;
        using (NewDisposeScope())
        {
            using (var inner = NewDisposeScope())
            {
                kept = ones(2);
                _ = kept + 1;
                Assert.Same(kept, kept.MoveToOuterDisposeScope());
                Assert.False(inner.Contains(kept));
            }
            Assert.Equal(1, Live);
            Close.To([1, 1], kept);
            kept = kept.DetachFromDisposeScope();
            DisposeAllButOurs();
        }
        Assert.Equal(1, Live);
        kept.Dispose();

        static void DisposeAllButOurs() => CurrentDisposeScope!.DisposeEverything();
    }

    [Fact]
    public void AnOutermostScopeLetsGo()
    {
        Tensor kept;
        using (var scope = NewDisposeScope())
        {
            kept = scope.MoveToOuter(ones(2));
        }
        Assert.Equal(1, Live);
        kept.Dispose();
    }

    [Fact]
    public void MovingBetweenScopes()
    {
        var first = NewDisposeScope();
        var anchor = ones(1);
        var second = NewDisposeScope();
        var (a, b, c) = (ones(1), ones(1), ones(1));
        a.MoveToOtherDisposeScope(first);
        b.MoveToOtherDisposeScope(anchor);
        Assert.True(first.Contains(a) && first.Contains(b) && second.Contains(c));
        // Not the first scope's to detach: nothing happens.
        first.Detach(c);
        Assert.True(second.Contains(c));
        first.Attach(c);
        second.Dispose();
        Assert.Equal(4, Live);
        first.DisposeEverythingBut(c);
        Assert.False(c.IsInvalid);
        Assert.Equal(1, Live);
        first.Dispose();
    }

    [Fact]
    public void DisposingLeavesTheScope()
    {
        using var scope = NewDisposeScope();
        var x = ones(1);
        x.Dispose();
        Assert.Equal(0, scope.DisposablesCount);
        Assert.Equal(0, Live);
    }

    [Fact]
    public void ScopesClosedOutOfOrder()
    {
        var outer = NewDisposeScope();
        var inner = NewDisposeScope();
        var x = ones(1);
        outer.Dispose();
        x.MoveToOuterDisposeScope();
        inner.Dispose();
        Assert.Null(CurrentDisposeScope);
        Assert.Equal(1, Live);
        x.Dispose();
    }

    [Fact]
    public void ScopesBelongToTheirThread()
    {
        using var scope = NewDisposeScope();
        var thread = new Thread(static () =>
        {
            Assert.Null(CurrentDisposeScope);
            ones(1).Dispose();
        });
        thread.Start();
        thread.Join();
        Assert.Equal(0, scope.DisposablesCount);
    }

    [Fact]
    public void WrappedExpressionsKeepOnlyTheirResult()
    {
        using var scope = NewDisposeScope();
        var x = WrappedTensorDisposeScope(static () => (ones(2) + 1) * 2);
        Close.Shape(x, 2);
        Assert.Equal(1, Live);
    }

    [Fact]
    public void TheFinaliserFreesWhatWasForgotten()
    {
        Forget();
        for (var i = 0; i < 5 && Live != 0; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
        }
        Assert.Equal(0, Live);

        [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
        static void Forget() => _ = ones(2) + 1;
    }

    [Fact]
    public void AFailedCallLeaksNothing()
    {
        using var scope = NewDisposeScope();
        var x = ones(2);
        _ = Assert.ThrowsAny<Exception>(() => x.view(3));
        _ = Assert.ThrowsAny<Exception>(() => tensor(new float[2], [3]));
        _ = Assert.ThrowsAny<Exception>(() => SystemTorch.FromBytes(new byte[3], ScalarType.Float32, 1));
        Assert.Equal(1, scope.DisposablesCount);
        Assert.Equal(1, Live);
    }
}
