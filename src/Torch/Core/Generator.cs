using SimClrDsl.Native;

namespace TorchSharp;

public static partial class torch
{
    /// <summary>A stream of random numbers.</summary>
    public class Generator : IDisposable
    {
        private nint handle;

        public Generator(ulong seed = 0, Device? device = null)
            : this(LibTorch.Checked(LibTorch.simclr_generator((device ?? CPU).Packed, seed)), device ?? CPU) { }

        private Generator(nint handle, Device device) => (this.handle, this.device) = (handle, device);

        ~Generator() => Free();

        /// <summary>The generator that operators use when none is given.</summary>
        public static Generator Default { get; } = DefaultOf(CPU);

        public nint Handle => handle != 0 ? handle : throw new InvalidOperationException("The generator has been disposed.");

        public Device device { get; }

        internal static Generator DefaultOf(Device device) =>
            new(LibTorch.Checked(LibTorch.simclr_default_generator(device.Packed)), device);

        public Generator manual_seed(long seed)
        {
            _ = LibTorch.Checked(LibTorch.simclr_generator_seed(Handle, (ulong)seed));
            return this;
        }

        public long seed() => (long)LibTorch.simclr_generator_reseed(Handle);

        public long initial_seed() => (long)LibTorch.simclr_generator_initial_seed(Handle);

        public Tensor get_state() => new(LibTorch.Checked(LibTorch.simclr_generator_state(Handle)));

        internal void SetState(Tensor state) => LibTorch.Checked(LibTorch.simclr_set_generator_state(Handle, state.Handle));

        public void Dispose()
        {
            Free();
            GC.SuppressFinalize(this);
        }

        private void Free()
        {
            if (Interlocked.Exchange(ref handle, 0) is var owned and not 0)
            {
                LibTorch.simclr_free_generator(owned);
            }
        }
    }

    /// <summary>Seeds the default generators of all devices.</summary>
    public static Generator manual_seed(long seed)
    {
        _ = LibTorch.Checked(LibTorch.simclr_manual_seed((ulong)seed));
        return Generator.Default;
    }

    public static long initial_seed() => Generator.Default.initial_seed();

    public static Tensor get_rng_state() => Generator.Default.get_state();

    public static void set_rng_state(Tensor new_state) => Generator.Default.SetState(new_state);

    /// <summary>The default random generator.</summary>
    public static class random
    {
        public static Generator manual_seed(long seed) => torch.manual_seed(seed);

        public static long initial_seed() => torch.initial_seed();

        public static Tensor get_rng_state() => torch.get_rng_state();
    }
}
