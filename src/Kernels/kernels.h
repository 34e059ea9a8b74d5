// Passes over images in memory order, for what the units of a network do besides convolving. Images are rows of channels, the channels
// innermost. kernels.cpp is compiled once for each instruction set below; kernels() picks by what the processor has.
#pragma once

#include <cstdint>

namespace simclr {

// A dense piece of memory: `count` rows of `width` values side by side.
struct Rows {
    int64_t count;
    int64_t width;
};

// Where a ReLU let nothing through.
enum class Mask {
    None,
    Input, // where a · x + b was not positive
    Output, // where the output was not positive
};

// The one of an output pixel's taps, counted in memory order, that had the largest value, for each channel.
using Choice = uint8_t;

// What an output pixel of a max-pool may give to one of the input's pixels.
struct Share {
    const void* gradient; // of the output
    const Choice* choice;
    Choice tap; // the input's pixel among that output's taps
};

// The passes for one type of element. Values are float32 or bfloat16 (its upper half) in memory and float32 in registers; vectors have
// `width` values. Sums are added to what their buffers hold.
struct Kernels {
    // sum += Σ (x − centre), squares += Σ (x − centre)²
    void (*moments)(Rows rows, const void* x, const float* centre, double* sum, double* squares);

    // y = a · x + b, plus skip where there is one, then max(y, 0) where relu is set
    void (*apply)(Rows rows, const void* x, const void* skip, const float* a, const float* b, bool relu, void* y);

    // With g taken as zero where the mask says so: sum += Σ g, product += Σ g · (x − mean). Under Mask::Output that g is written to `masked`.
    void (*gradient_sums)(Rows rows, const void* g, const void* x, const void* y, const float* a, const float* b, const float* mean,
        Mask mask, void* masked, double* sum, double* product);

    // dx = a · g + q · (x − mean) + r, with g taken as zero where a · x + b is not positive if `relu` is set
    void (*gradient)(Rows rows, const void* g, const void* x, const float* a, const float* b, const float* mean, const float* q,
        const float* r, bool relu, void* dx);

    // Of one image of two streams, each row `width` values of the first and then `width` of the second: sum += Σ (first + second)
    void (*add_streams)(Rows rows, const void* streams, float* sum);

    // y = second + (first − second) · weight
    void (*mix_streams)(Rows rows, const void* streams, const float* weight, void* y);

    // product += Σ g · (first − second), the streams through max(a · x + b, 0) where there are a and b [2 · width]
    void (*mix_products)(Rows rows, const void* g, const void* streams, const float* a, const float* b, float* product);

    // What the streams get: g · weight + shared for the first, g · (1 − weight) + shared for the second
    void (*split_streams)(Rows rows, const void* g, const float* weight, const float* shared, void* streams);

    // y [width] = the largest of `count` pixels in turn, null where one lies beyond the border; of equals the first, and any NaN
    void (*max_pool)(int64_t width, const void* const* taps, int64_t count, void* y, Choice* choice);

    // dx [width] = the shares that chose this pixel, added in turn in the element's type
    void (*max_pool_gradient)(int64_t width, const Share* shares, int64_t count, void* dx);
};

enum class Element { Float32, BFloat16 };

// For this processor.
const Kernels& kernels(Element element);

namespace plain {
const Kernels& kernels(Element element);
}
namespace avx2 {
const Kernels& kernels(Element element);
}
namespace avx512 {
const Kernels& kernels(Element element);
}

} // namespace simclr
