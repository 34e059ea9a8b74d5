using SimClrDsl.Runtime.Native;
using static TorchSharp.torch;

namespace SimClrDsl.Runtime;

/// <summary>The order in which convolutions read images faster.</summary>
public static class Layouts
{
    /// <summary>The tensor [N, C, H, W] with its channels innermost in memory; its shape stays. Itself, where it lies so.</summary>
    public static Tensor ChannelsLast(this Tensor images) => Aten.ChannelsLast(images);
}
