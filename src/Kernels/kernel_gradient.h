// The gradient of a 3×3 convolution's kernel, for bfloat16, on processors with avx512_bf16.
#pragma once

#include "simclr_kernels.h"

namespace simclr {

// Whether kernel_gradient supports a convolution on this processor.
bool has_kernel_gradient(ConvolutionShape shape);

// The gradient with respect to the kernel, float32 [outputs, inputs, k, k], from the gradient dy [N, H', W', outputs] of the output. If a
// and b [inputs] are not null, the input of the convolution was max(a · x + b, 0) instead of x. The sums do not depend on the number of
// threads.
void kernel_gradient(ConvolutionShape shape, const void* x, const float* a, const float* b, const void* dy, float* dkernel);

} // namespace simclr
