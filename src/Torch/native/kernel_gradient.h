// The gradient of a convolution's kernel, for bfloat16 on processors that multiply it natively.
#pragma once

#include <ATen/core/Tensor.h>

namespace simclr {

// How a convolution meets its input.
struct Meeting {
    int64_t stride;
    int64_t padding;
};

// Whether kernel_gradient serves a convolution of x [N, inputs, H, W] with a kernel [outputs, inputs, k, k] here.
bool has_kernel_gradient(const at::Tensor& x, const at::Tensor& kernel, Meeting meeting);

// float32 [outputs, inputs, k, k]: what a kernel gets of dy [N, outputs, H', W'], the gradient of the convolution of x with it, or of
// max(a · x + b, 0) where a and b [inputs] are given. Both channels-last. The sums do not depend on the number of threads.
at::Tensor kernel_gradient(
    const at::Tensor& x, const at::Tensor& a, const at::Tensor& b, const at::Tensor& dy, const at::Tensor& kernel, Meeting meeting);

} // namespace simclr
