// Gradients as a function, and the thread-local modes around them.
#include "shim.h"

#include <ATen/ATen.h>
#include <ATen/autocast_mode.h>
#include <c10/core/GradMode.h>
#include <c10/core/InferenceMode.h>
#include <torch/csrc/autograd/autograd.h>

#include <sstream>
#include <vector>

namespace {

std::vector<at::Tensor> tensors(void** handles, int32_t count) {
    std::vector<at::Tensor> result;
    if (handles != nullptr) {
        result.reserve(count);
        for (int32_t i = 0; i < count; i++) {
            result.push_back(simclr::borrow(handles[i]));
        }
    }
    return result;
}

} // namespace

int32_t simclr_grad(void** outputs, int32_t output_count, void** inputs, int32_t input_count, void** grad_outputs,
    int32_t retain_graph, int32_t create_graph, int32_t allow_unused, void** results) {
    const auto from = tensors(outputs, output_count);
    try {
        const auto gradients = torch::autograd::grad(from, tensors(inputs, input_count), tensors(grad_outputs, output_count),
            retain_graph != 0, create_graph != 0, allow_unused != 0);
        for (std::size_t i = 0; i < gradients.size(); i++) {
            results[i] = simclr::own(gradients[i]);
        }
        return 0;
    } catch (...) {
        std::ostringstream what;
        what << "autograd.grad(";
        for (std::size_t i = 0; i < from.size() && i < 4; i++) {
            what << (i == 0 ? "" : ", ") << simclr::describe(from[i]);
        }
        what << " with respect to " << input_count << (input_count == 1 ? " tensor)" : " tensors)");
        simclr::fail(what.str());
        return -1;
    }
}

int32_t simclr_grad_mode() {
    return c10::GradMode::is_enabled() ? 1 : 0;
}

void simclr_set_grad_mode(int32_t enabled) {
    c10::GradMode::set_enabled(enabled != 0);
}

int32_t simclr_inference_mode() {
    return c10::InferenceMode::is_enabled() ? 1 : 0;
}

void* simclr_enter_inference_mode(int32_t enabled) {
    return new c10::InferenceMode(enabled != 0);
}

void simclr_leave_inference_mode(void* guard) {
    delete static_cast<c10::InferenceMode*>(guard);
}

#if SIMCLR_TORCH_AT_LEAST(2, 4)

int32_t simclr_autocast(int32_t device_type, int32_t* enabled, int32_t* dtype) {
    return simclr::guarded("autocast", -1, [&] {
        const auto device = static_cast<c10::DeviceType>(device_type);
        *enabled = at::autocast::is_autocast_enabled(device) ? 1 : 0;
        *dtype = static_cast<int32_t>(at::autocast::get_autocast_dtype(device));
        return 0;
    });
}

int32_t simclr_set_autocast(int32_t device_type, int32_t enabled, int32_t dtype) {
    return simclr::guarded("autocast", -1, [&] {
        const auto device = static_cast<c10::DeviceType>(device_type);
        at::autocast::set_autocast_dtype(device, static_cast<c10::ScalarType>(dtype));
        at::autocast::set_autocast_enabled(device, enabled != 0);
        return 0;
    });
}

#else

namespace {

bool is_cuda(int32_t device_type) {
    const auto device = static_cast<c10::DeviceType>(device_type);
    TORCH_CHECK(device == c10::kCPU || device == c10::kCUDA, "this libtorch has no autocast for ", device);
    return device == c10::kCUDA;
}

} // namespace

int32_t simclr_autocast(int32_t device_type, int32_t* enabled, int32_t* dtype) {
    return simclr::guarded("autocast", -1, [&] {
        const bool cuda = is_cuda(device_type);
        *enabled = (cuda ? at::autocast::is_enabled() : at::autocast::is_cpu_enabled()) ? 1 : 0;
        *dtype = static_cast<int32_t>(cuda ? at::autocast::get_autocast_gpu_dtype() : at::autocast::get_autocast_cpu_dtype());
        return 0;
    });
}

int32_t simclr_set_autocast(int32_t device_type, int32_t enabled, int32_t dtype) {
    return simclr::guarded("autocast", -1, [&] {
        const auto type = static_cast<c10::ScalarType>(dtype);
        if (is_cuda(device_type)) {
            at::autocast::set_autocast_gpu_dtype(type);
            at::autocast::set_enabled(enabled != 0);
        } else {
            at::autocast::set_autocast_cpu_dtype(type);
            at::autocast::set_cpu_enabled(enabled != 0);
        }
        return 0;
    });
}

#endif

// +1 on entering a region, -1 on leaving it. The cache of converted weights lives as long as the outermost region.
int32_t simclr_autocast_nesting(int32_t step) {
    return simclr::guarded("autocast", -1, [&] {
        if (step > 0) {
            return static_cast<int32_t>(at::autocast::increment_nesting());
        }
        const int32_t depth = at::autocast::decrement_nesting();
        if (depth == 0) {
            at::autocast::clear_cache();
        }
        return depth;
    });
}
