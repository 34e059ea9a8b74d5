// The inner loops of Winograd's convolution F(2×2, 3×3) (Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks"), for processors
// with avx512_bf16. Four outputs that lie in a square take 16 products in place of 36: y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A, where d is the 4×4
// input around them. Values are bfloat16, transformed and summed in float32.
#pragma once

#include <cstdint>

namespace simclr {

constexpr int64_t Positions = 16; // of a transformed tile
constexpr int64_t TapCount = 9;   // of a kernel
constexpr int64_t TileSide = 2;   // outputs, in each direction
constexpr int64_t PanelLanes = 32; // channels that a product makes at a time
constexpr int64_t PanelRows = 8;   // tiles, or output channels of a kernel's gradient, that it makes them for

// Which of 32 channels lies at a place where they are transformed: first those that are even, then those that are odd.
constexpr int64_t channel_at(int64_t place) {
    const int64_t within = place % PanelLanes, half = PanelLanes / 2;
    return place - within + (within < half ? 2 * within : 2 * (within - half) + 1);
}

// A channels-last image's sides.
struct Plane {
    int64_t height;
    int64_t width;
    int64_t channels;
};

// The outputs from (y, x) on of one image.
struct Tile {
    const uint16_t* image;
    int64_t y;
    int64_t x;
};

// max(scale · x + shift, 0) of every channel, which lie as channel_at says, or nothing.
struct Rectified {
    const float* scale;
    const float* shift;
};

// Where a kernel's taps lie: `lane` and `step` values apart for the channels that come out and that are summed over. Turned by half a circle
// where gradients flow back.
struct Taps {
    const float* first;
    int64_t lane;
    int64_t step;
    bool turned;
};

// Where a pair of tiles is laid down, 32 channels at a time: how many pairs of values the panels of 32 channels and the positions lie apart.
struct Laid {
    uint32_t* first;
    int64_t panel;
    int64_t position;
};

struct Tiles {
    // G g Gᵀ of 32 lanes and `steps` channels to sum over, [steps / 2][32] pairs for each position, which lie `stride` pairs apart.
    void (*kernel)(Taps taps, int64_t steps, uint32_t* to, int64_t stride);

    // Bᵀ d B of one tile, [channels] values for each position, which lie `stride` values apart.
    void (*input)(Plane plane, Tile tile, uint16_t* to, int64_t stride);

    // Aᵀ m A of one tile and 32 channels, from sums that lie `stride` apart; to those of its pixels that are in the image.
    void (*output)(const float* sums, int64_t stride, Plane plane, uint16_t* image, int64_t y, int64_t x);

    // Bᵀ d B of two tiles side by side, and A dy Aᵀ of some of their channels; an image that is null gives zeros.
    void (*input_pair)(Plane plane, Tile first, Tile second, Rectified rectified, Laid to);
    void (*gradient_pair)(Plane plane, Tile first, Tile second, int64_t channel, int64_t channels, Laid to);

    // to[8][32] = Σ over `steps` of a[8][step] · b[step][32], of pairs.
    void (*multiply)(int64_t steps, const uint32_t* a, const uint32_t* b, float* to);

    // to[8][32] += Σ over `steps` of a[step][8] · b[step][32], of pairs: steps lie 32 pairs apart, and rows of `to` `row` values.
    void (*add_products)(int64_t steps, const uint32_t* a, const uint32_t* b, float* to, int64_t row);

    // Gᵀ u G of 16 channels from sums that lie `stride` apart: [16][3][3], with so many values from channel to channel.
    void (*taps)(const float* sums, int64_t stride, float* to, int64_t apart);
};

// Null where the processor lacks the instructions.
const Tiles* tiles();

namespace avx512bf16 {
extern const Tiles TileTable;
}

} // namespace simclr
