using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

/// <summary>What TorchSharp lacks and this repository's provider has.</summary>
public static class Capabilities
{
    /// <summary>The same values in channels-last memory, where the provider knows it.</summary>
    public static Tensor ChannelsLast(Tensor images) =>
#if TORCH_SYSTEM
        Native.SystemTorch.ChannelsLast(images);
#else
        images;
#endif
}
