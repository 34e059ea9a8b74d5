using SimClrDsl.Native;

namespace TorchSharp;

public static partial class torch
{
    public static partial class nn
    {
        /// <summary>Layers as functions of their parameters.</summary>
        public static partial class functional
        {
            public static Tensor conv2d(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long[]? strides = null,
                long[]? padding = null,
                long[]? dilation = null,
                long groups = 1
            ) => Op.Call("conv2d", input, weight, bias, strides, padding, dilation, groups);

            public static Tensor conv2d_padding(
                Tensor input,
                Tensor weight,
                Tensor? bias = null,
                long[]? strides = null,
                Padding padding = Padding.Valid,
                long[]? dilation = null,
                long groups = 1
            ) => Op.Call("conv2d.padding", input, weight, bias, strides, padding == Padding.Same ? "same" : "valid", dilation, groups);

            public static Tensor linear(Tensor input, Tensor weights, Tensor? bias = null) => Op.Call("linear", input, weights, bias);

            public static Tensor batch_norm(
                Tensor input,
                Tensor running_mean,
                Tensor running_var,
                Tensor? weight = null,
                Tensor? bias = null,
                bool training = false,
                double momentum = 0.1,
                double eps = 1e-5
            ) => Op.Call("batch_norm", input, weight, bias, running_mean, running_var, training, momentum, eps, true);

            public static Tensor layer_norm(
                Tensor input,
                long[] normalized_shape,
                Tensor? weight = null,
                Tensor? bias = null,
                double eps = 1e-5
            ) => Op.Call("layer_norm", input, normalized_shape, weight, bias, eps);

            public static Tensor group_norm(Tensor input, long num_groups, Tensor? weight = null, Tensor? bias = null, double eps = 1e-5) =>
                Op.Call("group_norm", input, num_groups, weight, bias, eps);

            public static Tensor max_pool2d(
                Tensor input,
                long kernel_size,
                long? stride = null,
                long? padding = null,
                long? dilation = null,
                bool ceil_mode = false
            ) =>
                Op.Call(
                    "max_pool2d",
                    input,
                    Square(kernel_size),
                    Square(stride ?? kernel_size),
                    Square(padding ?? 0),
                    Square(dilation ?? 1),
                    ceil_mode
                );

            public static Tensor max_pool2d(
                Tensor input,
                long[] kernel_size,
                long[]? strides = null,
                long[]? padding = null,
                long[]? dilation = null,
                bool ceil_mode = false
            ) => Op.Call("max_pool2d", input, kernel_size, strides, padding, dilation, ceil_mode);

            public static (Tensor, Tensor) max_pool2d_with_indices(
                Tensor input,
                long[] kernel_size,
                long[]? strides = null,
                long[]? padding = null,
                long[]? dilation = null,
                bool ceil_mode = false
            ) => Op.Pair("max_pool2d_with_indices", input, kernel_size, strides, padding, dilation, ceil_mode);

            public static Tensor avg_pool2d(
                Tensor input,
                long kernel_size,
                long? stride = null,
                long padding = 0,
                bool ceil_mode = false,
                bool count_include_pad = true,
                long? divisor_override = null
            ) =>
                Op.Call(
                    "avg_pool2d",
                    input,
                    Square(kernel_size),
                    Square(stride ?? kernel_size),
                    Square(padding),
                    ceil_mode,
                    count_include_pad,
                    divisor_override
                );

            public static Tensor avg_pool2d(
                Tensor input,
                long[] kernel_size,
                long[]? stride = null,
                long[]? padding = null,
                bool ceil_mode = false,
                bool count_include_pad = true,
                long? divisor_override = null
            ) => Op.Call("avg_pool2d", input, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override);

            public static Tensor adaptive_avg_pool2d(Tensor input, long output_size) =>
                Op.Call("adaptive_avg_pool2d", input, Square(output_size));

            public static Tensor adaptive_avg_pool2d(Tensor input, long[] output_size) =>
                Op.Call("adaptive_avg_pool2d", input, output_size);

            public static Tensor adaptive_avg_pool2d(Tensor input, (long, long) output_size) =>
                Op.Call("adaptive_avg_pool2d", input, new long[] { output_size.Item1, output_size.Item2 });

            public static Tensor unfold(Tensor input, long kernel_size, long dilation = 1, long padding = 0, long stride = 1) =>
                Op.Call("im2col", input, Square(kernel_size), Square(dilation), Square(padding), Square(stride));

            private static long[] Square(long extent) => [extent, extent];
        }
    }
}
