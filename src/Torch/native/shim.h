// What the shim's files share: handles, errors, and the one place where libtorch's versions differ.
#pragma once

#include "simclr_torch.h"

#include <ATen/core/Tensor.h>
#include <c10/core/Device.h>
#include <torch/csrc/api/include/torch/version.h>

#include <exception>
#include <string>
#include <utility>

#define SIMCLR_TORCH_AT_LEAST(major, minor) \
    (TORCH_VERSION_MAJOR > (major) || (TORCH_VERSION_MAJOR == (major) && TORCH_VERSION_MINOR >= (minor)))

#if SIMCLR_TORCH_AT_LEAST(2, 4)
#include <optional>
#else
#include <c10/util/Optional.h>
#endif

namespace simclr {

#if SIMCLR_TORCH_AT_LEAST(2, 4)
template <class T>
using Optional = std::optional<T>;
#else
template <class T>
using Optional = c10::optional<T>;
#endif

// A new reference for the caller to own; undefined tensors become null.
void* own(at::Tensor tensor);

// The tensor behind a handle that stays with the caller; null becomes an undefined tensor.
at::Tensor borrow(void* handle);

c10::Device device_of(int32_t packed);
int32_t packed(c10::Device device);

// "float32[2, 3]", or "no tensor".
std::string describe(const at::Tensor& tensor);

// Records why the call named `what` failed; must be called from a catch block.
void fail(const std::string& what);

// Runs `body`; on an exception records it under `what` and returns `otherwise`.
template <class Body, class Result = decltype(std::declval<Body>()())>
Result guarded(const char* what, Result otherwise, Body&& body) {
    try {
        return body();
    } catch (...) {
        fail(what);
        return otherwise;
    }
}

} // namespace simclr
