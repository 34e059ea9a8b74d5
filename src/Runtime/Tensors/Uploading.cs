using static TorchSharp.torch;

namespace SimClrDsl.Runtime.Tensors;

/// <summary>The way of a batch to the device that trains.</summary>
internal static class Uploading
{
    /// <summary>
    /// A CPU tensor on a device. To a GPU it goes by way of page-locked memory, so that the program need not wait for what the GPU has still to
    /// do before it; libtorch keeps that memory until the copy is done, whatever becomes of the tensor.
    /// </summary>
    internal static Tensor Upload(this Tensor host, Device device) =>
        device.type == TorchSharp.DeviceType.CUDA ? host.pin_memory().to(device, non_blocking: true) : host.to(device);
}
