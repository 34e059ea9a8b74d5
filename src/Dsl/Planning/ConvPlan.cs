namespace SimClrDsl.Planning;

/// <summary>A convolution without bias and the batch norm after it.</summary>
/// <param name="Inputs">Input channels.</param>
/// <param name="Outputs">Output channels.</param>
/// <param name="Kernel">Side of the kernel: 1, 3 or 7, padded by (kernel − 1) / 2 on each side.</param>
/// <param name="Stride">1 or 2.</param>
/// <param name="SideIn">Side of the input feature map in pixels.</param>
/// <param name="ZeroGamma">Whether the batch norm's scale γ starts at zero, as that of the last batch norm of each block does.</param>
public sealed record ConvPlan(int Inputs, int Outputs, int Kernel, int Stride, int SideIn, bool ZeroGamma = false)
{
    /// <summary>Side of the output feature map in pixels.</summary>
    public int SideOut => Side.After(SideIn, Stride);

    /// <summary>Cost of convolution and batch norm for one image.</summary>
    public Cost Cost
    {
        get
        {
            var kernel = (long)Kernel * Kernel * Inputs * Outputs;
            var places = (long)SideOut * SideOut;
            return new(new(kernel + (2L * Outputs), 2L * Outputs), kernel * places, 2 * Outputs * places);
        }
    }
}

/// <summary>
/// A selective-kernel unit (§3.2): one 3×3 convolution to twice the channels gives two streams; a gate of two 1×1 convolutions over their
/// pooled sum mixes them per channel.
/// </summary>
/// <param name="Streams">The convolution that makes both streams: 2·channels outputs.</param>
/// <param name="Channels">Channels of the unit's output.</param>
/// <param name="Squeezed">Inner width of the gate: max(⌊channels · ratio⌋, 32).</param>
public sealed record SelectiveKernelPlan(ConvPlan Streams, int Channels, int Squeezed)
{
    /// <summary>Cost of the unit for one image: the convolution and the gate.</summary>
    public Cost Cost
    {
        get
        {
            var squeeze = new ConvPlan(Channels, Squeezed, Kernel: 1, Stride: 1, SideIn: 1);
            var expand = 2L * Squeezed * Channels;
            return Streams.Cost + squeeze.Cost + new Cost(new(expand, 0), expand, 2L * Channels);
        }
    }
}

/// <summary>Arithmetic on the sides of feature maps.</summary>
internal static class Side
{
    /// <summary>Side after a padded convolution or pool: ⌈side / stride⌉.</summary>
    public static int After(int side, int stride) => (side + stride - 1) / stride;
}
