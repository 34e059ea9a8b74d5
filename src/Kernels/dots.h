// Sums of products of bfloat16 pairs, for the gradient of a convolution's kernel, on processors with avx512_bf16. One instruction
// multiplies two neighbouring bfloat16 values with two others and adds both products. So the operands are packed into pairs: the same pixel
// and channel of two images, or of two neighbouring pixels, side by side in 32 bits.
#pragma once

#include <cstdint>

namespace simclr {

constexpr int64_t InputLanes = 16; // input channels per vector
constexpr int64_t OutputLanes = 8; // output channels that are summed at a time
constexpr int64_t KernelSide = 3;

// Two images with `channels` values per pixel; `second` is null if there is only one.
struct PlanePair {
    const uint16_t* first;
    const uint16_t* second;
    int64_t height;
    int64_t width;
    int64_t channels;
};

// The geometry of a convolution.
struct Window {
    int64_t height;
    int64_t width;
    int64_t outHeight;
    int64_t outWidth;
    int64_t stride;
    int64_t padding;
};

// `count` pixels that are `row` values apart. The values `ahead` positions later are prefetched.
struct PixelRun {
    const uint16_t* first;
    int64_t row;
    int64_t count;
    int64_t ahead;
};

// The range of channels [first, last).
struct Channels {
    int64_t first;
    int64_t last;
};

// Factors of max(a · x + b, 0), one per channel; null for no normalisation.
struct Normal {
    const float* a;
    const float* b;
};

struct Dots {
    // Packs 16 channels of an input, from `channel` on, into [height][padding + width + padding][16] pairs with zero padding. If a and b
    // are not null, applies max(a · x + b, 0) first.
    void (*pack_input)(PlanePair planes, int64_t channel, int64_t padding, const float* a, const float* b, uint32_t* to);

    // Packs channels of pixels, two at a time, into panels of [pixels / 2][32] pairs that are `panel` pairs apart. If a and b are not null,
    // applies max(a · x + b, 0) first. If the number of pixels is odd, the last pair has zeros in place of a second pixel.
    void (*pack_pixels)(PixelRun pixels, Channels channels, Normal normal, uint32_t* to, int64_t panel);

    // Packs 8 channels of an output's gradient, from `channel` on, into [height · width][8] pairs.
    void (*pack_output)(PlanePair planes, int64_t channel, uint32_t* to);

    // For row `row` of the kernel: sums[column][8 outputs][16 inputs] += Σ over all pixels of `pairs` image pairs of the output gradient
    // times the input pixel that this kernel element multiplies.
    void (*accumulate)(Window window, int64_t pairs, int64_t row, const uint32_t* input, const uint32_t* output, float* sums);
};

// Null if the processor lacks the instructions.
const Dots* dots();

namespace avx512bf16 {
extern const Dots DotTable;
}

} // namespace simclr
