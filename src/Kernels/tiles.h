// The inner loops of pointwise convolutions and of Winograd's convolution F(2×2, 3×3) (Lavin and Gray, "Fast Algorithms for Convolutional
// Neural Networks", 2016), for processors with avx512_bf16. A tile of 2×2 outputs takes 16 products instead of 36:
// y = Aᵀ [(G g Gᵀ) ⊙ (Bᵀ d B)] A, where g is the 3×3 kernel and d the 4×4 input around the tile. Values are bfloat16; transforms and sums
// are computed in float32.
//
// A "pair" is two bfloat16 values in 32 bits, which one instruction multiplies with another pair and adds up. A "panel" is 32 channels side
// by side.
#pragma once

#include <cstdint>

namespace simclr {

constexpr int64_t Positions = 16; // of a transformed tile
constexpr int64_t TapCount = 9;   // of a kernel
constexpr int64_t TileSide = 2;   // outputs of a tile, in each direction
constexpr int64_t PanelLanes = 32; // channels of a panel: columns of one matrix product
constexpr int64_t PanelRows = 8;   // rows of one matrix product: tiles, or output channels of a kernel's gradient

// The channel at a position in transformed order. In each panel the even channels come first, then the odd ones.
constexpr int64_t channel_at(int64_t place) {
    const int64_t within = place % PanelLanes, half = PanelLanes / 2;
    return place - within + (within < half ? 2 * within : 2 * (within - half) + 1);
}

// The size of a channels-last image.
struct Plane {
    int64_t height;
    int64_t width;
    int64_t channels;
};

// The tile whose first output is at (y, x) of an image.
struct Tile {
    const uint16_t* image;
    int64_t y;
    int64_t x;
};

// Factors of max(scale · x + shift, 0), one per channel in the order of channel_at; null for no normalisation.
struct Rectified {
    const float* scale;
    const float* shift;
};

// A kernel in memory. `lane` is the distance between output channels and `step` the distance between summed channels, in values. For input
// gradients the kernel is rotated by 180 degrees (`turned`).
struct Taps {
    const float* first;
    int64_t lane;
    int64_t step;
    bool turned;
};

// Up to 8 pixels, `row` values apart.
struct PixelRows {
    const uint16_t* first;
    int64_t row;
    int64_t count;
};

// The destination of a pair of transformed tiles. `panel` and `position` are the distances between panels and between positions, in pairs.
struct Laid {
    uint32_t* first;
    int64_t panel;
    int64_t position;
};

struct Tiles {
    // G g Gᵀ for 32 output channels and `steps` summed channels: [steps / 2][32] pairs for each position; positions are `stride` pairs
    // apart.
    void (*kernel)(Taps taps, int64_t steps, uint32_t* to, int64_t stride);

    // Bᵀ d B of one tile: [channels] values for each position; positions are `stride` values apart.
    void (*input)(Plane plane, Tile tile, uint16_t* to, int64_t stride);

    // Aᵀ m A of one tile and 32 channels, from sums whose positions are `stride` apart. Writes only pixels inside the image, or adds to them.
    void (*output)(const float* sums, int64_t stride, Plane plane, uint16_t* image, int64_t y, int64_t x, bool add);

    // Bᵀ d B of two tiles as pairs, and A dy Aᵀ of a range of channels of two tiles as pairs. A null image counts as zeros.
    void (*input_pair)(Plane plane, Tile first, Tile second, Rectified rectified, Laid to);
    void (*gradient_pair)(Plane plane, Tile first, Tile second, int64_t channel, int64_t channels, Laid to);

    // to[8][32] = Σ over `steps` pairs of a[8][step] · b[step][32].
    void (*multiply)(int64_t steps, const uint32_t* a, const uint32_t* b, float* to);

    // to[8][32] += Σ over `steps` pairs of a[step][8] · b[step][32]. Steps are 32 pairs apart, rows of `to` are `row` values apart.
    void (*add_products)(int64_t steps, const uint32_t* a, const uint32_t* b, float* to, int64_t row);

    // A pointwise kernel: 32 output channels and `steps` summed channels as [steps / 2][32] pairs.
    void (*pointwise)(Taps taps, int64_t steps, uint32_t* to);

    // to[pixel][32] = Σ over `steps` pairs of pixels[pixel][step] · kernel[step][32], rounded, for up to 8 pixels; or adds that.
    void (*multiply_pixels)(int64_t steps, PixelRows pixels, const uint32_t* kernel, uint16_t* to, int64_t row, bool add);

    // Gᵀ u G of 16 channels, from sums whose positions are `stride` apart: [16][3][3], with channels `apart` values apart.
    void (*taps)(const float* sums, int64_t stride, float* to, int64_t apart);
};

// Null if the processor lacks the instructions.
const Tiles* tiles();

namespace avx512bf16 {
extern const Tiles TileTable;
}

} // namespace simclr
