using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tensors;

/// <summary>Copies batches to the device that trains.</summary>
internal static class Uploading
{
    /// <summary>
    /// Copies a CPU tensor to a device. A copy to a GPU goes through pinned (page-locked) memory and is asynchronous, so the program does
    /// not wait for the work queued before it. libtorch keeps the pinned memory until the copy is done, even if the tensor is freed
    /// earlier.
    /// </summary>
    internal static Tensor Upload(this Tensor host, Device device) =>
        device.type == TorchSharp.DeviceType.CUDA ? host.pin_memory().to(device, non_blocking: true) : host.to(device);
}
