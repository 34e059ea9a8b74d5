// What makes a view of an image, for one image on one thread. view_kernels.cpp is compiled once for each instruction set below; view_kernels()
// picks by what the processor has. Values are float32; planes lie one after the other, each row after row.
#pragma once

#include <cstdint>

namespace simclr {

// Pixels that a pixel of a resized line is made of, where the line is not shrunk with antialiasing.
constexpr int64_t Taps = 4;

// Columns that a resized row reads beyond its stretch, at either end.
constexpr int64_t Beyond = 2;

// The stretch of uint8 rows that a crop keeps. A channel's values lie `step` apart in a row: 1 where each channel is a plane of its own, the
// number of channels where those of a pixel lie side by side.
struct Stretch {
    const uint8_t* first; // of the stretch's first row
    const uint8_t* end; // of the memory that may be read
    int64_t row; // values from one row to the next
    int64_t plane; // values from one channel to the next; of no meaning where a pixel's channels lie side by side
    int64_t channels;
    int64_t step;
    int64_t columns;
};

// How a crop becomes `side` rows and columns. Row y is the sum of `weight_of_row`[row_taps · y + t] · row `row`[row_taps · y + t] of the image.
// Column x reads `column_taps` columns from `column`[x] on, counted from Beyond columns left of the stretch, whose edges repeat; their weights
// are `weight_of_column`[x + t · padded side]. The padded side is the next multiple of sixteen.
struct Resize {
    int64_t side;
    int64_t padded_side;
    int64_t row_taps;
    const int32_t* row;
    const float* weight_of_row;
    int64_t column_taps;
    const int32_t* column;
    const float* weight_of_column;
};

// The operations of a colour distortion, by their numbers in Runtime's Colour.cs.
enum class ColourOperation : int8_t { Brightness, Contrast, Saturation, Hue, AddBrightness };

struct ViewKernels {
    // to = the stretch resized and divided by 255: [channels, side, side]. A cubic kernel may leave 0 … 1. `scratch` has
    // (columns + 2 · Beyond) · step + 32 values, so that vectors can be read whole.
    void (*resize)(const Stretch& from, const Resize& how, float* scratch, float* to);

    // to = from under the operations, in order, each by its amount and cut off at 0 and 1; planes of `pixels` values. Contrast and brightness
    // take any number of channels, saturation and hue three.
    void (*distort)(const float* from, float* to, int64_t channels, int64_t pixels, const ColourOperation* operations, const float* amounts,
        int64_t count);

    // All three channels of to = 0.2989 r + 0.5870 g + 0.1140 b
    void (*grey)(const float* from, float* to, int64_t pixels);

    // to = a plane under the outer product of 2 · radius + 1 weights with itself, black beyond the border, within 0 … 1. `scratch` has
    // width + 2 · radius values.
    void (*blur)(const float* from, float* to, int64_t height, int64_t width, const float* weights, int64_t radius, float* scratch);
};

// For this processor.
const ViewKernels& view_kernels();

namespace plain {
const ViewKernels& view_kernels();
}
namespace avx2 {
const ViewKernels& view_kernels();
}
namespace avx512 {
const ViewKernels& view_kernels();
}

} // namespace simclr
