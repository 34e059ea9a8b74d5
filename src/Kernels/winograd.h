// 3×3 convolutions with stride 1 and padding 1 by Winograd's F(2×2, 3×3), for bfloat16, on processors with avx512_bf16.
#pragma once

#include "simclr_kernels.h"

#include <cstdint>

namespace simclr {

// Whether the functions below support a convolution on this processor and are faster than libtorch; depends on types and sizes only.
bool has_winograd(ConvolutionShape shape);

// Convolves x [N, H, W, inputs] with a float32 kernel [outputs, inputs, 3, 3] to y [N, H, W, outputs].
void winograd(ConvolutionShape shape, const void* x, const float* kernel, void* y);

// The gradient with respect to x, [N, H, W, inputs], from the gradient dy [N, H, W, outputs] of the output.
void winograd_input_gradient(ConvolutionShape shape, const void* dy, const float* kernel, bool add, void* dx);

// The gradient with respect to the kernel, float32 [outputs, inputs, 3, 3]. If a and b [inputs] are not null, the input of the convolution
// was max(a · x + b, 0) instead of x. The sums do not depend on the number of threads.
void winograd_kernel_gradient(ConvolutionShape shape, const void* x, const float* a, const float* b, const void* dy, float* dkernel);

} // namespace simclr
