// The augmentation of one image on one thread. view_kernels.cpp is compiled once for each instruction set below; view_kernels() chooses the
// best one that the processor supports. Values are float32; an image is one plane per channel, in row-major order.
#pragma once

#include <cstdint>

namespace simclr {

// Number of source pixels per result pixel, in one direction, without antialiasing.
constexpr int64_t Taps = 4;

// Number of columns left and right of the crop that resizing a row may read.
constexpr int64_t Beyond = 2;

// The columns of uint8 rows that a crop covers. `step` is the distance between values of a channel in a row: 1 if each channel is a
// separate plane, or the number of channels if the channels of a pixel are side by side.
struct Stretch {
    const uint8_t* first; // first value of the first row
    const uint8_t* end; // end of the memory that may be read
    int64_t row; // values from one row to the next
    int64_t plane; // values from one channel to the next; unused if the channels of a pixel are side by side
    int64_t channels;
    int64_t step;
    int64_t columns;
};

// The weights for resizing a crop to `side` rows and columns. Row y is the sum over t of weight_of_row[row_taps · y + t] times the image's
// row row[row_taps · y + t]. Column x is the sum over t of weight_of_column[x + t · padded_side] times column column[x] + t, where column 0
// is `Beyond` columns left of the crop, and the edges of the crop are repeated. padded_side is `side` rounded up to a multiple of 16.
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

// The operations of a colour distortion, with the numbers of Runtime's ColourOperation.cs.
enum class ColourOperation : int8_t { Brightness, Contrast, Saturation, Hue, AddBrightness };

struct ViewKernels {
    // to = the crop, resized and divided by 255: [channels, side, side]. Values may exceed [0, 1] near edges. `scratch` has
    // (columns + 2 · Beyond) · step + 32 values, so that whole vectors can be read.
    void (*resize)(const Stretch& from, const Resize& how, float* scratch, float* to);

    // to = from, after the operations in order, each with its amount and clipped to [0, 1]; planes have `pixels` values. Contrast and
    // brightness support any number of channels, saturation and hue three.
    void (*distort)(const float* from, float* to, int64_t channels, int64_t pixels, const ColourOperation* operations, const float* amounts,
        int64_t count);

    // Each of the three channels of to = 0.2989 r + 0.5870 g + 0.1140 b
    void (*grey)(const float* from, float* to, int64_t pixels);

    // to = a plane, convolved with the outer product of 2 · radius + 1 weights with themselves and clipped to [0, 1]; pixels outside the
    // plane are black. `scratch` has width + 2 · radius values.
    void (*blur)(const float* from, float* to, int64_t height, int64_t width, const float* weights, int64_t radius, float* scratch);
};

// The kernels for this processor.
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
