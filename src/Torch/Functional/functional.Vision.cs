using SimClrDsl.Native;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        public static partial class functional
        {
            public static Tensor pad(Tensor input, long[] pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                mode switch
                {
                    PaddingModes.Constant => Op.Call("constant_pad_nd", input, pad, value),
                    PaddingModes.Zeros => Op.Call("constant_pad_nd", input, pad, 0.0),
                    PaddingModes.Reflect => Op.Call("pad", input, pad, "reflect"),
                    PaddingModes.Replicate => Op.Call("pad", input, pad, "replicate"),
                    _ => Op.Call("pad", input, pad, "circular"),
                };

            public static Tensor pad(Tensor input, ReadOnlySpan<long> pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, pad.ToArray(), mode, value);

            public static Tensor pad(Tensor input, long pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, [pad, pad], mode, value);

            public static Tensor pad(Tensor input, (long, long) pad, PaddingModes mode = PaddingModes.Constant, double value = 0) =>
                functional.pad(input, [pad.Item1, pad.Item2], mode, value);

            public static Tensor pad(
                Tensor input,
                (long, long, long, long) pad,
                PaddingModes mode = PaddingModes.Constant,
                double value = 0
            ) => functional.pad(input, [pad.Item1, pad.Item2, pad.Item3, pad.Item4], mode, value);

            public static Tensor interpolate(
                Tensor x,
                long[]? size = null,
                double[]? scale_factor = null,
                InterpolationMode mode = InterpolationMode.Nearest,
                bool? align_corners = null,
                bool recompute_scale_factor = false,
                bool antialias = false
            )
            {
                if (recompute_scale_factor && scale_factor is not null)
                {
                    (size, scale_factor) = (
                        x.shape.Skip(2).Zip(scale_factor, static (extent, factor) => (long)(extent * factor)).ToArray(),
                        null
                    );
                }
                return mode switch
                {
                    InterpolationMode.Nearest => Op.Call(Upsample("upsample_nearest", x), x, size, scale_factor),
                    InterpolationMode.NearestExact => Op.Call(Upsample("_upsample_nearest_exact", x), x, size, scale_factor),
                    InterpolationMode.Bilinear when antialias => Op.Call(
                        "_upsample_bilinear2d_aa.vec",
                        x,
                        size,
                        align_corners ?? false,
                        scale_factor
                    ),
                    InterpolationMode.Bicubic when antialias => Op.Call(
                        "_upsample_bicubic2d_aa.vec",
                        x,
                        size,
                        align_corners ?? false,
                        scale_factor
                    ),
                    InterpolationMode.Linear => Op.Call("upsample_linear1d.vec", x, size, align_corners ?? false, scale_factor),
                    InterpolationMode.Bilinear => Op.Call("upsample_bilinear2d.vec", x, size, align_corners ?? false, scale_factor),
                    InterpolationMode.Bicubic => Op.Call("upsample_bicubic2d.vec", x, size, align_corners ?? false, scale_factor),
                    InterpolationMode.Trilinear => Op.Call("upsample_trilinear3d.vec", x, size, align_corners ?? false, scale_factor),
                    _ when size is not null => adaptive_avg_pool2d(x, size),
                    _ => throw new NotSupportedException("Area interpolation needs a size."),
                };
            }

            public static Tensor grid_sample(
                Tensor input,
                Tensor grid,
                GridSampleMode mode = GridSampleMode.Bilinear,
                GridSamplePaddingMode padding_mode = GridSamplePaddingMode.Zeros,
                bool? align_corners = null
            ) =>
                Op.Call(
                    "grid_sampler",
                    input,
                    grid,
                    mode == GridSampleMode.Nearest ? 1L : 0L,
                    padding_mode switch
                    {
                        GridSamplePaddingMode.Border => 1L,
                        GridSamplePaddingMode.Reflection => 2L,
                        _ => 0L,
                    },
                    align_corners ?? false
                );

            public static Tensor affine_grid(Tensor theta, long[]? size = null, bool align_corners = false) =>
                Op.Call("affine_grid_generator", theta, size, align_corners);

            private static string Upsample(string name, Tensor x) => $"{name}{x.dim() - 2}d.vec";
        }
    }
}
