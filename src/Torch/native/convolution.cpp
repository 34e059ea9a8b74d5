// Convolutions on a CPU that need not keep their input. Images are channels-last.
#include "units.h"

#include "kernel_gradient.h"
#include "pointwise.h"
#include "shim.h"
#include "winograd.h"

#include <ATen/ATen.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/variable.h>

using simclr::ConvBackward;
using simclr::NormBackward;
using torch::autograd::SavedVariable;
using torch::autograd::variable_list;

// Images of one channel look the same in both layouts, and a convolution of them would answer in the slower one; the strides decide.
at::Tensor simclr::channels_last(const at::Tensor& x) {
    const at::Tensor ordered = x.contiguous(at::MemoryFormat::ChannelsLast);
    const int64_t c = ordered.size(1), h = ordered.size(2), w = ordered.size(3);
    return c == 1 ? ordered.as_strided(ordered.sizes(), {h * w, 1, w, 1}) : ordered;
}

namespace {

// As the library multiplies with it.
at::Tensor typed(const at::Tensor& kernel, const at::Tensor& x) {
    return kernel.to(x.scalar_type()).contiguous(at::MemoryFormat::ChannelsLast);
}

} // namespace

namespace simclr {

variable_list ConvBackward::apply(variable_list&& grads) {
    require_once("this convolution");
    variable_list results(2);
    if (!grads[0].defined()) {
        return results;
    }
    const at::Tensor gradient = channels_last(grads[0]);
    const at::Tensor kernel = this->kernel.unpack().detach();
    const at::Tensor raw = source != nullptr ? source->x.unpack() : x.unpack();
    const at::Tensor input = channels_last(raw), none;
    const at::Tensor &a = source != nullptr ? source->a : none, &b = source != nullptr ? source->b : none;
    const bool for_input = task_should_compute_output(0), for_kernel = task_should_compute_output(1);
    if (has_winograd(raw, kernel, stride, padding)) {
        results[0] = for_input ? winograd_input_gradient(gradient, kernel) : none;
        results[1] = for_kernel ? winograd_kernel_gradient(input, a, b, gradient, kernel) : none;
        return results;
    }
    const bool pointwise = has_pointwise_gradient(raw, kernel, padding);
    const bool own = for_kernel && (pointwise || has_kernel_gradient(raw, kernel, {stride, padding}));
    if (own) {
        results[1] = pointwise ? pointwise_gradient(input, a, b, gradient, stride)
                               : kernel_gradient(input, a, b, gradient, kernel, {stride, padding});
    }
    if (for_input || !own) {
        // Only its size counts where the kernel's gradient is known already.
        const at::Tensor seen = own || source == nullptr ? input : channels_last(source->again());
        const auto [dx, dkernel, dbias] = at::convolution_backward(gradient, seen, typed(kernel, seen), c10::nullopt,
            {stride, stride}, {padding, padding}, {1, 1}, false, {0, 0}, 1, {for_input, for_kernel && !own, false});
        results[0] = dx;
        if (dkernel.defined()) {
            results[1] = at::empty(dkernel.sizes(), dkernel.options().dtype(at::kFloat)).copy_(dkernel);
        }
    }
    return results;
}

void ConvBackward::release_variables() {
    x.reset_data();
    source.reset();
    kernel.reset_data();
}

} // namespace simclr

namespace {

// oneDNN, in 3.12 as in 2.6, writes past its buffers when it differentiates a strided 1x1 convolution of so few channels by its kernel.
constexpr int64_t FewestStridedChannels = 16;

bool is_too_narrow(const at::Tensor& x, const at::Tensor& kernel, int64_t stride, int64_t padding) {
    return stride > 1 && padding == 0 && kernel.size(2) == 1 && kernel.size(3) == 1 && x.size(1) < FewestStridedChannels;
}

// oneDNN 3.5 to 3.7 convolve images of one channel wrongly on some processors with AVX-512; here two by two ones make 1. With a second
// channel, of zeros, they are right.
bool fails_with_one_channel() {
    static const bool fails = [] {
        const at::AutoDispatchBelowADInplaceOrView guard;
        const at::Tensor ones = at::ones({1, 1, 2, 2}, at::kBFloat16);
        return at::conv2d(ones, ones).item<float>() != 4;
    }();
    return fails;
}

at::Tensor with_second_channel(const at::Tensor& x) {
    return simclr::channels_last(at::constant_pad_nd(x, {0, 0, 0, 0, 0, 1}));
}

at::Tensor convolve(const at::Tensor& x, const at::Tensor& kernel, int64_t stride, int64_t padding) {
    TORCH_CHECK(x.is_cpu() && kernel.scalar_type() == at::kFloat, "takes a float32 kernel on a CPU");
    if (is_too_narrow(x, kernel, stride, padding)) {
        // It looks at every stride-th pixel: with those alone, it has no stride.
        const at::Tensor seen = x.slice(2, 0, c10::nullopt, stride).slice(3, 0, c10::nullopt, stride);
        return convolve(seen.contiguous(at::MemoryFormat::ChannelsLast), kernel, 1, 0);
    }
    if (x.size(1) == 1 && fails_with_one_channel()) {
        return convolve(with_second_channel(x), with_second_channel(kernel), stride, padding);
    }

    simclr::NodePointer<simclr::ConvBackward> node;
    if (torch::autograd::compute_requires_grad(x, kernel)) {
        node = simclr::make_node<simclr::ConvBackward>();
        node->set_next_edges(torch::autograd::collect_next_edges(x, kernel));
        const auto source = simclr::node_of<NormBackward>(x);
        if (source != nullptr && source->relu && !source->skip) {
            node->source = source;
        } else {
            node->x = SavedVariable(x, false);
        }
        node->stride = stride;
        node->padding = padding;
    }

    at::Tensor y;
    {
        const at::AutoDispatchBelowADInplaceOrView guard;
        const at::Tensor input = simclr::channels_last(x);
        y = simclr::has_winograd(x, kernel, stride, padding)
            ? simclr::winograd(input, kernel)
            : simclr::channels_last(at::conv2d(input, typed(kernel, x), {}, {stride, stride}, {padding, padding}));
        if (node) {
            node->kernel = SavedVariable(kernel, false);
        }
    }
    if (node) {
        torch::autograd::set_history(y, node);
    }
    return y;
}

} // namespace

void* simclr_convolve(void* x, void* kernel, int64_t stride, int64_t padding) {
    try {
        return simclr::own(convolve(simclr::borrow(x), simclr::borrow(kernel), stride, padding));
    } catch (...) {
        simclr::fail("convolve(" + simclr::describe(simclr::borrow(x)) + ", kernel: " + simclr::describe(simclr::borrow(kernel)) + ")");
        return nullptr;
    }
}
