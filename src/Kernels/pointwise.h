// The gradient of a pointwise (1×1) convolution's kernel, for bfloat16, on processors with avx512_bf16.
#pragma once

#include "simclr_kernels.h"

namespace simclr {

// Whether pointwise_gradient supports a convolution on this processor; depends on types and sizes only.
bool has_pointwise_gradient(ConvolutionShape shape);

// The gradient with respect to the kernel, float32 [outputs, inputs, 1, 1], from the gradient dy [N, H', W', outputs] of the output. If a
// and b [inputs] are not null, the input of the convolution was max(a · x + b, 0) instead of x. The sums do not depend on the number of
// threads.
void pointwise_gradient(ConvolutionShape shape, const void* x, const float* a, const float* b, const void* dy, float* dkernel);

} // namespace simclr
