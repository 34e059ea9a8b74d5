using TorchSharp;
using static TorchSharp.torch;

namespace SimClrDsl.Native;

public static partial class SystemTorch
{
    /// <summary>Until it is disposed, operators that gain from it run in <paramref name="dtype"/> on this thread.</summary>
    public static IDisposable Autocast(DeviceType device, ScalarType dtype) => new AutocastRegion(device, true, dtype);

    /// <summary>Until it is disposed, no operator changes its type on this thread.</summary>
    public static IDisposable NoAutocast(DeviceType device) => new AutocastRegion(device, false, null);

    private sealed class AutocastRegion : IDisposable
    {
        private readonly int device;
        private readonly int enabledBefore;
        private readonly int dtypeBefore;
        private bool left;

        public unsafe AutocastRegion(DeviceType device, bool enabled, ScalarType? dtype)
        {
            this.device = (int)device;
            fixed (
                int* before = &enabledBefore,
                    typeBefore = &dtypeBefore
            )
            {
                _ = LibTorch.Checked(LibTorch.simclr_autocast(this.device, before, typeBefore));
            }
            _ = LibTorch.Checked(LibTorch.simclr_set_autocast(this.device, enabled ? 1 : 0, (int?)dtype ?? dtypeBefore));
            _ = LibTorch.Checked(LibTorch.simclr_autocast_nesting(1));
        }

        public void Dispose()
        {
            if (left)
            {
                return;
            }
            left = true;
            _ = LibTorch.Checked(LibTorch.simclr_autocast_nesting(-1));
            _ = LibTorch.Checked(LibTorch.simclr_set_autocast(device, enabledBefore, dtypeBefore));
        }
    }
}
