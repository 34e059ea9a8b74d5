// The gradient of a pointwise (1×1) convolution's kernel, for bfloat16 on processors that multiply it natively.
#pragma once

#include <ATen/core/Tensor.h>

namespace simclr {

// Whether pointwise_gradient serves a convolution of x [N, inputs, H, W] with a kernel [outputs, inputs, k, k] here. Follows from types and
// sizes alone.
bool has_pointwise_gradient(const at::Tensor& x, const at::Tensor& kernel, int64_t padding);

// float32 [outputs, inputs, 1, 1]: what a kernel gets of dy [N, outputs, H', W'], the gradient of the convolution of every stride-th pixel of
// x with it, or of max(a · x + b, 0) where a and b [inputs] are given. Both channels-last. The sums do not depend on the number of threads.
at::Tensor pointwise_gradient(const at::Tensor& x, const at::Tensor& a, const at::Tensor& b, const at::Tensor& dy, int64_t stride);

} // namespace simclr
