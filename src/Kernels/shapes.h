// Height and width of a convolution's output.
#pragma once

#include "simclr_kernels.h"

namespace simclr {

inline int64_t output_height(const ConvolutionShape& shape) {
    return (shape.height + 2 * shape.padding - shape.side) / shape.stride + 1;
}

inline int64_t output_width(const ConvolutionShape& shape) {
    return (shape.width + 2 * shape.padding - shape.side) / shape.stride + 1;
}

} // namespace simclr
