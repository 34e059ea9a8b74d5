using SimClrDsl.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A reference to a libtorch tensor; freed by Dispose, by its scope, or at last by the finaliser.</summary>
    public partial class Tensor : IDisposable
    {
        private nint handle;

        /// <summary>Takes over an owned handle and enters it in the thread's scope.</summary>
        internal Tensor(nint handle)
        {
            this.handle = handle;
            DisposeScope.Current?.Add(this);
        }

        ~Tensor() => Free();

        public nint Handle => handle != 0 ? handle : throw new InvalidOperationException("The tensor has been disposed.");

        public bool IsInvalid => handle == 0;

        /// <summary>The number of tensor handles alive in the process.</summary>
        public static long TotalCount => LibTorch.simclr_live_tensors();

        internal DisposeScope? Scope { get; set; }

        public void Dispose()
        {
            if (Scope is { } scope)
            {
                Scope = null;
                scope.MarkAsDisposed(this);
            }
            Free();
            GC.SuppressFinalize(this);
        }

        public Tensor DetachFromDisposeScope()
        {
            DisposeScope.Transfer(this, null);
            return this;
        }

        public Tensor MoveToOuterDisposeScope()
        {
            _ = Scope?.MoveToOuter<Tensor>(this);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(DisposeScope other)
        {
            DisposeScope.Transfer(this, other);
            return this;
        }

        public Tensor MoveToOtherDisposeScope(Tensor other)
        {
            DisposeScope.Transfer(this, other.Scope);
            return this;
        }

        private void Free()
        {
            if (Interlocked.Exchange(ref handle, 0) is var owned and not 0)
            {
                LibTorch.simclr_free(owned);
            }
        }
    }
}
