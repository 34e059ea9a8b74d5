// Pointwise (1×1) convolutions without padding, for bfloat16, on processors with avx512_bf16.
#pragma once

#include "simclr_kernels.h"

namespace simclr {

// Whether the functions below support a convolution on this processor; depends on types and sizes only.
bool has_pointwise(ConvolutionShape shape);

// Convolves x [N, H, W, inputs] with a float32 kernel [outputs, inputs, 1, 1] to y [N, H', W', outputs].
void pointwise(ConvolutionShape shape, const void* x, const float* kernel, void* y);

// The gradient with respect to x, [N, H, W, inputs], from the gradient dy [N, H', W', outputs] of the output. Pixels that the stride leaves
// out get zeros. With `add`, which needs a stride of 1, it is added to what dx holds.
void pointwise_input_gradient(ConvolutionShape shape, const void* dy, const float* kernel, bool add, void* dx);

// The gradient with respect to the kernel, float32 [outputs, inputs, 1, 1]. If a and b [inputs] are not null, the input of the convolution
// was max(a · x + b, 0) instead of x. The sums do not depend on the number of threads.
void pointwise_kernel_gradient(ConvolutionShape shape, const void* x, const float* a, const float* b, const void* dy, float* dkernel);

} // namespace simclr
