// Work of a CUDA device, recorded once and replayed. Compiled where the libtorch has a CUDA build and the toolkit's headers are there (or what
// an installed PyTorch brings of them); elsewhere there are no graphs, and kernels are launched one by one.
#include "shim.h"

#ifdef SIMCLR_CUDA_GRAPHS

#include <ATen/cuda/CUDAGraph.h>
#include <c10/cuda/CUDAFunctions.h>
#include <c10/cuda/CUDAGuard.h>

#include <memory>
#include <optional>

namespace {

// capture_begin has a mode since libtorch 2.1. Only with it may other threads go on uploading batches while this one records.
template <typename Graph>
auto begin(Graph& graph, int) -> decltype(graph.capture_begin({0, 0}, cudaStreamCaptureModeThreadLocal)) {
    graph.capture_begin({0, 0}, cudaStreamCaptureModeThreadLocal);
}

template <typename Graph> void begin(Graph& graph, long) { graph.capture_begin({0, 0}); }

struct Recorder {
    at::cuda::CUDAGraph graph;
    std::optional<c10::cuda::CUDAStreamGuard> aside; // the default stream cannot be recorded
};

Recorder* recorder(void* handle) { return static_cast<Recorder*>(handle); }

} // namespace

int32_t simclr_graphs() { return 1; }

void* simclr_graph_begin() {
    return simclr::guarded("graph", static_cast<void*>(nullptr), [] {
        auto recording = std::make_unique<Recorder>();
        c10::cuda::device_synchronize(); // what the recording reads was made on another stream
        recording->aside.emplace(c10::cuda::getStreamFromPool());
        begin(recording->graph, 0);
        return static_cast<void*>(recording.release());
    });
}

int32_t simclr_graph_end(void* handle) {
    return simclr::guarded("graph", -1, [&] {
        auto& recording = *recorder(handle);
        struct Back {
            Recorder& recording;
            ~Back() { recording.aside.reset(); }
        } back{recording};
        recording.graph.capture_end();
        return 0;
    });
}

int32_t simclr_graph_replay(void* handle) {
    return simclr::guarded("graph", -1, [&] {
        recorder(handle)->graph.replay();
        return 0;
    });
}

// Its memory must not go back while the device may still use it.
void simclr_graph_free(void* handle) {
    simclr::guarded("graph", -1, [&] {
        c10::cuda::device_synchronize();
        delete recorder(handle);
        return 0;
    });
}

#else

int32_t simclr_graphs() { return 0; }

void* simclr_graph_begin() {
    return simclr::guarded("graph", static_cast<void*>(nullptr), []() -> void* { throw std::runtime_error("the shim was built without CUDA graphs"); });
}

int32_t simclr_graph_end(void*) { return -1; }

int32_t simclr_graph_replay(void*) { return -1; }

void simclr_graph_free(void*) {}

#endif
