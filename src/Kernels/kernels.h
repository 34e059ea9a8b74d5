// Passes over images in memory order, for the layers of a network other than convolutions. Images are rows of channels. kernels.cpp is
// compiled once for each instruction set below; kernels() chooses the best one that the processor supports.
#pragma once

#include <cstdint>

namespace simclr {

// A contiguous matrix of `count` rows of `width` values.
struct Rows {
    int64_t count;
    int64_t width;
};

// Where to take the gradient as zero because of a ReLU.
enum class Mask {
    None,
    Input, // where a · x + b was not positive
    Output, // where the output was not positive
};

// The position of the maximum in the window of an output pixel, counted in memory order; one for each channel.
using Choice = uint8_t;

// The gradient that an output pixel of a max-pool passes to an input pixel if that pixel was the maximum.
struct Share {
    const void* gradient; // of the output
    const Choice* choice;
    Choice tap; // position of the input pixel in the window of the output pixel
};

// The passes for one element type. Values are float32 or bfloat16 in memory and float32 in registers; vectors have `width` values. Sums are
// added to the previous content of their buffers.
struct Kernels {
    // sum += Σ (x − centre), squares += Σ (x − centre)²
    void (*moments)(Rows rows, const void* x, const float* centre, double* sum, double* squares);

    // y = a · x + b, plus skip if it is not null; then max(y, 0) if `relu` is set
    void (*apply)(Rows rows, const void* x, const void* skip, const float* a, const float* b, bool relu, void* y);

    // sum += Σ g and product += Σ g · (x − mean), where g is taken as zero according to the mask. With Mask::Output this g is written to
    // `masked`.
    void (*gradient_sums)(Rows rows, const void* g, const void* x, const void* y, const float* a, const float* b, const float* mean,
        Mask mask, void* masked, double* sum, double* product);

    // dx = a · g + q · (x − mean) + r, with g taken as zero where a · x + b is not positive if `relu` is set
    void (*gradient)(Rows rows, const void* g, const void* x, const float* a, const float* b, const float* mean, const float* q,
        const float* r, bool relu, void* dx);

    // sum += Σ (first + second) over the pixels of one image with two streams; each row has `width` values of the first stream, then of the
    // second
    void (*add_streams)(Rows rows, const void* streams, float* sum);

    // y = second + (first − second) · weight
    void (*mix_streams)(Rows rows, const void* streams, const float* weight, void* y);

    // product += Σ g · (first − second); if a and b [2 · width] are not null, the streams are max(a · x + b, 0) of the given values
    void (*mix_products)(Rows rows, const void* g, const void* streams, const float* a, const float* b, float* product);

    // The gradients of the streams: g · weight + shared for the first, and g · (1 − weight) + shared for the second
    void (*split_streams)(Rows rows, const void* g, const float* weight, const float* shared, void* streams);

    // y [width] = the maximum of `count` pixels, in order; pixels outside the image are null. The first of equal values counts; a NaN is
    // the maximum
    void (*max_pool)(int64_t width, const void* const* taps, int64_t count, void* y, Choice* choice);

    // dx [width] = the sum of the shares whose maximum was this pixel, added in order in the element's type
    void (*max_pool_gradient)(int64_t width, const Share* shares, int64_t count, void* dx);
};

enum class Element { Float32, BFloat16 };

// The passes for this processor.
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
