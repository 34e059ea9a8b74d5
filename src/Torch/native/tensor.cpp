// Tensors: ownership, shape, memory.
#include "shim.h"

#include <ATen/ATen.h>

#include <algorithm>
#include <atomic>
#include <sstream>

namespace {

std::atomic<int64_t> live_tensors{0};

const at::TensorImpl& impl(void* handle) {
    return *static_cast<c10::TensorImpl*>(handle);
}

// Python's names ("float32"), which TorchSharp's users know, rather than C++'s ("Float").
const char* name_of(c10::ScalarType type) {
    switch (type) {
        case c10::ScalarType::Byte: return "uint8";
        case c10::ScalarType::Char: return "int8";
        case c10::ScalarType::Short: return "int16";
        case c10::ScalarType::Int: return "int32";
        case c10::ScalarType::Long: return "int64";
        case c10::ScalarType::Half: return "float16";
        case c10::ScalarType::Float: return "float32";
        case c10::ScalarType::Double: return "float64";
        case c10::ScalarType::Bool: return "bool";
        case c10::ScalarType::BFloat16: return "bfloat16";
        default: return c10::toString(type);
    }
}

} // namespace

namespace simclr {

void* own(at::Tensor tensor) {
    if (!tensor.defined()) {
        return nullptr;
    }
    live_tensors.fetch_add(1, std::memory_order_relaxed);
    return tensor.unsafeReleaseTensorImpl();
}

at::Tensor borrow(void* handle) {
    if (handle == nullptr) {
        return at::Tensor();
    }
    using Pointer = c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>;
    return at::Tensor(Pointer::reclaim_copy(static_cast<c10::TensorImpl*>(handle)));
}

c10::Device device_of(int32_t packed) {
    return c10::Device(
        static_cast<c10::DeviceType>(packed >> 16), static_cast<c10::DeviceIndex>(static_cast<int16_t>(packed & 0xffff)));
}

int32_t packed(c10::Device device) {
    return static_cast<int32_t>(device.type()) << 16 | (static_cast<int32_t>(device.index()) & 0xffff);
}

std::string describe(const at::Tensor& tensor) {
    if (!tensor.defined()) {
        return "no tensor";
    }
    std::ostringstream text;
    text << name_of(tensor.scalar_type()) << tensor.sizes();
    if (!tensor.is_cpu()) {
        text << " on " << tensor.device();
    }
    return text.str();
}

} // namespace simclr

void simclr_free(void* tensor) {
    if (tensor != nullptr) {
        live_tensors.fetch_sub(1, std::memory_order_relaxed);
        using Pointer = c10::intrusive_ptr<c10::TensorImpl, c10::UndefinedTensorImpl>;
        Pointer::reclaim(static_cast<c10::TensorImpl*>(tensor)).reset();
    }
}

void* simclr_alias(void* tensor) {
    return simclr::own(simclr::borrow(tensor));
}

int64_t simclr_live_tensors() {
    return live_tensors.load(std::memory_order_relaxed);
}

int64_t simclr_dim(void* tensor) {
    return impl(tensor).dim();
}

int64_t simclr_numel(void* tensor) {
    return impl(tensor).numel();
}

void simclr_sizes(void* tensor, int64_t* out) {
    const auto sizes = impl(tensor).sizes();
    std::copy(sizes.begin(), sizes.end(), out);
}

int32_t simclr_strides(void* tensor, int64_t* out) {
    return simclr::guarded("stride", -1, [&] {
        const auto strides = impl(tensor).strides();
        std::copy(strides.begin(), strides.end(), out);
        return 0;
    });
}

int32_t simclr_dtype(void* tensor) {
    return static_cast<int32_t>(c10::typeMetaToScalarType(impl(tensor).dtype()));
}

int32_t simclr_device(void* tensor) {
    return simclr::packed(impl(tensor).device());
}

int32_t simclr_is_contiguous(void* tensor, int32_t memory_format) {
    return simclr::guarded("is_contiguous", -1, [&] {
        return simclr::borrow(tensor).is_contiguous(static_cast<c10::MemoryFormat>(memory_format)) ? 1 : 0;
    });
}

void* simclr_data(void* tensor) {
    return simclr::guarded("data", static_cast<void*>(nullptr), [&] { return simclr::borrow(tensor).data_ptr(); });
}

int32_t simclr_requires_grad(void* tensor) {
    return impl(tensor).requires_grad() ? 1 : 0;
}

int32_t simclr_set_requires_grad(void* tensor, int32_t value) {
    const at::Tensor subject = simclr::borrow(tensor);
    try {
        subject.requires_grad_(value != 0);
        return 0;
    } catch (...) {
        simclr::fail("requires_grad_(" + simclr::describe(subject) + ")");
        return -1;
    }
}

int32_t simclr_is_leaf(void* tensor) {
    return simclr::guarded("is_leaf", -1, [&] { return simclr::borrow(tensor).is_leaf() ? 1 : 0; });
}
