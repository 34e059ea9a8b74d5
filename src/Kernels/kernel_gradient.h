// The gradient of a convolution's kernel, for bfloat16 on processors that multiply it natively.
#pragma once

#include "simclr_kernels.h"

namespace simclr {

// Whether kernel_gradient serves such a convolution here.
bool has_kernel_gradient(ConvolutionShape shape);

// float32 [outputs, inputs, k, k]: what a kernel gets of dy [N, H', W', outputs], the gradient of the convolution of x with it, or of
// max(a · x + b, 0) where a and b [inputs] are given. The sums do not depend on the number of threads.
void kernel_gradient(ConvolutionShape shape, const void* x, const float* a, const float* b, const void* dy, float* dkernel);

} // namespace simclr
