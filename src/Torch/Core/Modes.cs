using SimClrDsl.Native;

namespace TorchSharp;

public static partial class torch
{
    public static bool is_grad_enabled() => LibTorch.simclr_grad_mode() != 0;

    public static IDisposable no_grad() => new GradMode(false);

    public static IDisposable enable_grad(bool enabled = true) => new GradMode(enabled);

    public static IDisposable set_grad_enabled(bool mode = true) => new GradMode(mode);

    public static bool is_inference_mode_enabled() => LibTorch.simclr_inference_mode() != 0;

    public static IDisposable inference_mode(bool mode = true) => new InferenceMode(mode);

    public static int get_num_threads() => LibTorch.simclr_threads();

    public static void set_num_threads(int num) => LibTorch.Checked(LibTorch.simclr_set_threads(num));

    public static bool are_deterministic_algorithms_enabled() => (LibTorch.simclr_deterministic() & 1) != 0;

    public static bool is_deterministic_algorithms_warn_only_enabled() => (LibTorch.simclr_deterministic() & 2) != 0;

    public static IDisposable use_deterministic_algorithms(bool mode = true, bool warn_only = false) => new Determinism(mode, warn_only);

    /// <summary>Gradient recording as it was before, restored on disposal; a mode belongs to the thread that set it.</summary>
    private sealed class GradMode : IDisposable
    {
        private readonly int before = LibTorch.simclr_grad_mode();

        public GradMode(bool enabled) => LibTorch.simclr_set_grad_mode(enabled ? 1 : 0);

        public void Dispose() => LibTorch.simclr_set_grad_mode(before);
    }

    private sealed class InferenceMode(bool enabled) : IDisposable
    {
        private nint guard = LibTorch.simclr_enter_inference_mode(enabled ? 1 : 0);

        public void Dispose()
        {
            LibTorch.simclr_leave_inference_mode(guard);
            guard = 0;
        }
    }

    private sealed class Determinism : IDisposable
    {
        private readonly int before = LibTorch.simclr_deterministic();

        public Determinism(bool enabled, bool warnOnly) =>
            LibTorch.Checked(LibTorch.simclr_set_deterministic(enabled ? 1 : 0, warnOnly ? 1 : 0));

        public void Dispose() => LibTorch.Checked(LibTorch.simclr_set_deterministic(before & 1, before >> 1));
    }
}
