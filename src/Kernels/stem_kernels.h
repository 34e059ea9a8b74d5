// The inner loops of a network's first convolution, whose images have few channels. stem_kernels.cpp is compiled once for each instruction
// set; stem_kernels() chooses the best one that the processor supports.
#pragma once

#include <cstdint>

namespace simclr {

constexpr int64_t StemOutputs = 16; // the number of output channels is a multiple of this

// A row of output pixels, and the part of a padded image that it reads. Distances are in values.
struct StemRow {
    const float* first; // what the first pixel reads first
    int64_t row; // from one row of the image to the next
    int64_t step; // from what one pixel reads to what the next one reads
    int64_t rows; // rows that a pixel reads
    int64_t span; // values that it reads of each row
    int64_t pixels;
    int64_t outputs; // output channels
};

struct StemKernels {
    // y [pixels][outputs], rounded to bfloat16, = Σ of the values that a pixel reads times kernel [rows][span][outputs]
    void (*convolve)(StemRow row, const float* kernel, uint16_t* y);

    // sums [rows][span][outputs] += Σ over the pixels of the values that each reads times dy [pixels][outputs]
    void (*kernel_gradient)(StemRow row, const float* dy, float* sums);

    // to [count] = bfloat16 values as float32
    void (*widen)(const uint16_t* from, int64_t count, float* to);
};

const StemKernels& stem_kernels();

namespace plain {
const StemKernels& stem_kernels();
}
namespace avx2 {
const StemKernels& stem_kernels();
}
namespace avx512 {
const StemKernels& stem_kernels();
}

} // namespace simclr
