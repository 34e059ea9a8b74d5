// Sums of products of bfloat16 pairs, for processors with avx512_bf16: what the gradient of a convolution's kernel is made of. An
// instruction multiplies two neighbouring bfloat16 with two others and adds both products, so the pixels of two images lie side by side.
#pragma once

#include <cstdint>

namespace simclr {

constexpr int64_t InputLanes = 16; // input channels of a vector
constexpr int64_t OutputLanes = 8; // output channels that are summed at a time
constexpr int64_t KernelSide = 3;

// One plane of pixels of two images, `channels` values a pixel; `second` is null where there is no other image.
struct PlanePair {
    const uint16_t* first;
    const uint16_t* second;
    int64_t height;
    int64_t width;
    int64_t channels;
};

// What convolves: sides of input and output, and how they meet.
struct Window {
    int64_t height;
    int64_t width;
    int64_t outHeight;
    int64_t outWidth;
    int64_t stride;
    int64_t padding;
};

// Two pixels' values; `second` is null where there is no other. Those that lie `ahead` values behind them are needed next.
struct PixelPair {
    const uint16_t* first;
    const uint16_t* second;
    int64_t ahead;
};

// Those from `first` on, before `last`.
struct Channels {
    int64_t first;
    int64_t last;
};

// What values are taken through, a value for each channel, or nothing.
struct Normal {
    const float* a;
    const float* b;
};

struct Dots {
    // Lays 16 channels from `channel` on of an input down, [height][padding + width + padding][16] pairs with zeros beside it; through
    // max(a · x + b, 0) where there are a and b.
    void (*pack_input)(PlanePair planes, int64_t channel, int64_t padding, const float* a, const float* b, uint32_t* to);

    // Lays channels of two pixels down, 32 at a time in panels that lie `panel` pairs apart; through max(a · x + b, 0) where there are a and
    // b. Without a second pixel its values are zeros.
    void (*pack_pixels)(PixelPair pixels, Channels channels, Normal normal, uint32_t* to, int64_t panel);

    // Lays 8 channels from `channel` on of an output's gradient down, [height · width][8] pairs.
    void (*pack_output)(PlanePair planes, int64_t channel, uint32_t* to);

    // sums[column][8 outputs][16 inputs] += Σ over `pairs` image pairs and all pixels of output gradient times the input under row `row` of
    // the kernel.
    void (*accumulate)(Window window, int64_t pairs, int64_t row, const uint32_t* input, const uint32_t* output, float* sums);
};

// Null where the processor lacks the instructions.
const Dots* dots();

namespace avx512bf16 {
extern const Dots DotTable;
}

} // namespace simclr
