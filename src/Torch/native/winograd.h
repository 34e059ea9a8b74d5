// Convolutions of 3×3 with stride 1 and padding 1 by Winograd's F(2×2, 3×3), for bfloat16 on processors that multiply it natively.
#pragma once

#include <ATen/core/Tensor.h>

namespace simclr {

// Whether the functions below serve a convolution of x [N, inputs, H, W] with a kernel [outputs, inputs, k, k] here, and are faster than the
// library. Follows from types and sizes alone.
bool has_winograd(const at::Tensor& x, const at::Tensor& kernel, int64_t stride, int64_t padding);

// x [N, inputs, H, W], channels-last, convolved with a float32 kernel [outputs, inputs, 3, 3]: [N, outputs, H, W].
at::Tensor winograd(const at::Tensor& x, const at::Tensor& kernel);

// What x gets of dy [N, outputs, H, W]: [N, inputs, H, W].
at::Tensor winograd_input_gradient(const at::Tensor& dy, const at::Tensor& kernel);

// float32 [outputs, inputs, 3, 3]: what the kernel gets of dy where x was convolved, or max(a · x + b, 0) where a and b [inputs] are given.
// The sums do not depend on the number of threads.
at::Tensor winograd_kernel_gradient(const at::Tensor& x, const at::Tensor& a, const at::Tensor& b, const at::Tensor& dy, const at::Tensor& kernel);

} // namespace simclr
