// Chooses the implementation of a convolution by its shape.
#include "kernel_gradient.h"
#include "pointwise.h"
#include "simclr_kernels.h"
#include "winograd.h"

namespace {

constexpr int32_t Images = 1; // the flags of simclr_convolution_serves
constexpr int32_t Kernels = 2;

} // namespace

int32_t simclr_convolution_serves(ConvolutionShape shape) {
    if (simclr::has_winograd(shape) || simclr::has_pointwise(shape)) {
        return Images | Kernels;
    }
    return simclr::has_kernel_gradient(shape) ? Kernels : 0;
}

void simclr_convolve(ConvolutionShape shape, const void* x, const float* kernel, void* y) {
    if (simclr::has_pointwise(shape)) {
        simclr::pointwise(shape, x, kernel, y);
    } else {
        simclr::winograd(shape, x, kernel, y);
    }
}

void simclr_convolution_input_gradient(ConvolutionShape shape, const void* dy, const float* kernel, int32_t add, void* dx) {
    if (simclr::has_pointwise(shape)) {
        simclr::pointwise_input_gradient(shape, dy, kernel, add != 0, dx);
    } else {
        simclr::winograd_input_gradient(shape, dy, kernel, add != 0, dx);
    }
}

void simclr_convolution_kernel_gradient(
    ConvolutionShape shape, const void* x, const float* a, const float* b, const void* dy, float* dkernel) {
    if (simclr::has_winograd(shape)) {
        simclr::winograd_kernel_gradient(shape, x, a, b, dy, dkernel);
    } else if (simclr::has_pointwise(shape)) {
        simclr::pointwise_kernel_gradient(shape, x, a, b, dy, dkernel);
    } else {
        simclr::kernel_gradient(shape, x, a, b, dy, dkernel);
    }
}
