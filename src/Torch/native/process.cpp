// Random numbers, threads, determinism, devices: what belongs to the process.
#include "shim.h"

#include <ATen/ATen.h>
#include <ATen/CPUGeneratorImpl.h>
#include <ATen/Context.h>
#include <ATen/Parallel.h>
#include <c10/core/impl/DeviceGuardImplInterface.h>
#include <c10/core/impl/VirtualGuardImpl.h>

#include <mutex>

namespace {

at::Generator& generator_of(void* handle) {
    return *static_cast<at::Generator*>(handle);
}

} // namespace

// A clone of the device's default generator is a generator of the right kind without that device's headers.
void* simclr_generator(int32_t device, uint64_t seed) {
    return simclr::guarded("Generator", static_cast<void*>(nullptr), [&]() -> void* {
        const c10::Device where = simclr::device_of(device);
        at::Generator fresh = where.is_cpu() ? at::detail::createCPUGenerator() : at::globalContext().defaultGenerator(where).clone();
        fresh.set_current_seed(seed);
        return new at::Generator(std::move(fresh));
    });
}

void* simclr_default_generator(int32_t device) {
    return simclr::guarded("Generator.Default", static_cast<void*>(nullptr),
        [&]() -> void* { return new at::Generator(at::globalContext().defaultGenerator(simclr::device_of(device))); });
}

void simclr_free_generator(void* generator) {
    delete static_cast<at::Generator*>(generator);
}

int32_t simclr_generator_seed(void* generator, uint64_t seed) {
    return simclr::guarded("manual_seed", -1, [&] {
        std::lock_guard<std::mutex> lock(generator_of(generator).mutex());
        generator_of(generator).set_current_seed(seed);
        return 0;
    });
}

uint64_t simclr_generator_initial_seed(void* generator) {
    return generator_of(generator).current_seed();
}

uint64_t simclr_generator_reseed(void* generator) {
    std::lock_guard<std::mutex> lock(generator_of(generator).mutex());
    return generator_of(generator).seed();
}

void* simclr_generator_state(void* generator) {
    return simclr::guarded("get_state", static_cast<void*>(nullptr), [&] {
        std::lock_guard<std::mutex> lock(generator_of(generator).mutex());
        return simclr::own(generator_of(generator).get_state());
    });
}

int32_t simclr_set_generator_state(void* generator, void* state) {
    return simclr::guarded("set_state", -1, [&] {
        std::lock_guard<std::mutex> lock(generator_of(generator).mutex());
        generator_of(generator).set_state(simclr::borrow(state));
        return 0;
    });
}

int32_t simclr_manual_seed(uint64_t seed) {
    return simclr::guarded("manual_seed", -1, [&] {
        at::manual_seed(seed);
        return 0;
    });
}

const char* simclr_version() {
    return TORCH_VERSION;
}

int32_t simclr_threads() {
    return at::get_num_threads();
}

int32_t simclr_set_threads(int32_t count) {
    return simclr::guarded("set_num_threads", -1, [&] {
        at::set_num_threads(count);
        return 0;
    });
}

int32_t simclr_deterministic() {
    return (at::globalContext().deterministicAlgorithms() ? 1 : 0) | (at::globalContext().deterministicAlgorithmsWarnOnly() ? 2 : 0);
}

int32_t simclr_set_deterministic(int32_t enabled, int32_t warn_only) {
    return simclr::guarded("use_deterministic_algorithms", -1, [&] {
        at::globalContext().setDeterministicAlgorithms(enabled != 0, warn_only != 0);
        return 0;
    });
}

int32_t simclr_tf32() {
    return simclr::guarded("allow_tf32", -1,
        [] { return (at::globalContext().allowTF32CuBLAS() ? 1 : 0) | (at::globalContext().allowTF32CuDNN() ? 2 : 0); });
}

int32_t simclr_set_tf32(int32_t products, int32_t cudnn) {
    return simclr::guarded("allow_tf32", -1, [&] {
        at::globalContext().setAllowTF32CuBLAS(products != 0);
        at::globalContext().setAllowTF32CuDNN(cudnn != 0);
        return 0;
    });
}

int32_t simclr_cudnn() {
    return (at::globalContext().benchmarkCuDNN() ? 1 : 0) | (at::globalContext().deterministicCuDNN() ? 2 : 0);
}

int32_t simclr_set_cudnn(int32_t benchmark, int32_t deterministic) {
    return simclr::guarded("cudnn", -1, [&] {
        at::globalContext().setBenchmarkCuDNN(benchmark != 0);
        at::globalContext().setDeterministicCuDNN(deterministic != 0);
        return 0;
    });
}

int32_t simclr_cuda_devices() {
    return simclr::guarded("cuda.device_count", 0, [&] {
        if (!c10::impl::hasDeviceGuardImpl(c10::kCUDA)) {
            return 0;
        }
        return static_cast<int32_t>(c10::impl::getDeviceGuardImpl(c10::kCUDA)->deviceCount());
    });
}

// Waits for the current stream, the only one this project puts work on.
int32_t simclr_synchronize(int32_t device) {
    return simclr::guarded("cuda.synchronize", -1, [&] {
        const c10::Device given = simclr::device_of(device);
        const c10::impl::VirtualGuardImpl guard(given.type());
        const c10::Device where = given.has_index() ? given : guard.getDevice();
        guard.synchronizeStream(guard.getStream(where));
        return 0;
    });
}
