// Convolutions of 3×3 with stride 1 and padding 1 by Winograd's F(2×2, 3×3), for bfloat16 on processors that multiply it natively.
#pragma once

#include "simclr_kernels.h"

#include <cstdint>

namespace simclr {

// Whether the functions below serve such a convolution here, and are faster than the library. Follows from types and sizes alone.
bool has_winograd(ConvolutionShape shape);

// x [N, H, W, inputs] convolved with a float32 kernel [outputs, inputs, 3, 3], to y [N, H, W, outputs].
void winograd(ConvolutionShape shape, const void* x, const float* kernel, void* y);

// What x gets of dy [N, H, W, outputs]: [N, H, W, inputs].
void winograd_input_gradient(ConvolutionShape shape, const void* dy, const float* kernel, void* dx);

// float32 [outputs, inputs, 3, 3]: what the kernel gets of dy where x was convolved, or max(a · x + b, 0) where a and b [inputs] are given.
// The sums do not depend on the number of threads.
void winograd_kernel_gradient(ConvolutionShape shape, const void* x, const float* a, const float* b, const void* dy, float* dkernel);

} // namespace simclr
