// The gradient of a pointwise (1×1) convolution's kernel, for bfloat16 on processors that multiply it natively.
#pragma once

#include "simclr_kernels.h"

namespace simclr {

// Whether pointwise_gradient serves such a convolution here. Follows from types and sizes alone.
bool has_pointwise_gradient(ConvolutionShape shape);

// float32 [outputs, inputs, 1, 1]: what a kernel gets of dy [N, H', W', outputs], the gradient of the convolution of every stride-th pixel
// of x with it, or of max(a · x + b, 0) where a and b [inputs] are given. The sums do not depend on the number of threads.
void pointwise_gradient(ConvolutionShape shape, const void* x, const float* a, const float* b, const void* dy, float* dkernel);

} // namespace simclr
