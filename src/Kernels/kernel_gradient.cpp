// oneDNN's backward pass transposes both operands once for each thread and rounds the gradient to bfloat16. Here two images are packed into
// pairs once, in pieces of the batch that fit into the cache, and the gradient stays float32.
#include "kernel_gradient.h"

#include "dots.h"
#include "elements.h"
#include "memory.h"
#include "shapes.h"
#include "threads.h"

#include <algorithm>

namespace {

using simclr::Dots;
using simclr::InputLanes;
using simclr::KernelSide;
using simclr::OutputLanes;
using simclr::PlanePair;
using simclr::Window;

// The work is divided into pieces of the batch, each with its own sums. Their number depends on the shapes only, and so do the sums. If there
// are fewer pieces than the threads should have tasks, the output channels are divided into groups too, each of which packs the input for
// itself.
constexpr int64_t MostPieces = 16;
constexpr int64_t TasksOfThread = 2;
constexpr int64_t PiecePixels = 4096;
constexpr int64_t PieceBytes = 8 << 20;

constexpr int64_t Taps = KernelSide * KernelSide;
constexpr int64_t RowSums = KernelSide * OutputLanes; // of an input channel, for one row of the kernel

// Size of the packed pairs that are processed at a time, of all output channels and InputLanes input channels: a part of a core's L2 cache.
constexpr int64_t ChunkBytes = 384 << 10;

// Computes the sums over some image pairs for some output channels, [outputs / 8][row][inputs / 16][column][8][16].
class Piece {
public:
    Piece(ConvolutionShape shape, const void* x, const float* a, const float* b, const void* dy)
        : dots_(*simclr::dots()), x_(static_cast<const uint16_t*>(x)), dy_(static_cast<const uint16_t*>(dy)), a_(a), b_(b),
          images_(shape.images), inputs_(shape.inputs), outputs_(shape.outputs),
          window_{shape.height, shape.width, simclr::output_height(shape), simclr::output_width(shape), shape.stride, shape.padding} {}

    // Adds image pairs [from, to) to `sums`, which are those of output channels [first, last).
    void sum(int64_t from, int64_t to, int64_t first, int64_t last, float* sums) const {
        const int64_t outputs = last - first;
        const int64_t step = std::clamp<int64_t>(ChunkBytes / (4 * (InputLanes * input_pixels() + outputs * output_pixels())), 1, to - from);
        const simclr::Buffer<uint32_t> input(step * InputLanes * input_pixels()), output(step * outputs * output_pixels());
        for (int64_t pair = from; pair < to; pair += step) {
            const int64_t pairs = std::min(step, to - pair);
            lay_outputs(pair, pairs, first, outputs, output.data());
            for (int64_t i = 0; i < inputs_; i += InputLanes) {
                lay_inputs(pair, pairs, i, input.data());
                add(pairs, outputs, i, input.data(), output.data(), sums);
            }
        }
    }

private:
    int64_t input_pixels() const {
        return window_.height * (window_.width + 2 * window_.padding);
    }

    int64_t output_pixels() const {
        return window_.outHeight * window_.outWidth;
    }

    PlanePair planes(const uint16_t* images, int64_t pair, int64_t height, int64_t width, int64_t channels) const {
        const int64_t values = height * width * channels;
        const uint16_t* first = images + 2 * pair * values;
        return {first, 2 * pair + 1 < images_ ? first + values : nullptr, height, width, channels};
    }

    void lay_outputs(int64_t from, int64_t pairs, int64_t channel, int64_t outputs, uint32_t* output) const {
        for (int64_t pair = 0; pair < pairs; pair++) {
            const PlanePair out = planes(dy_, from + pair, window_.outHeight, window_.outWidth, outputs_);
            for (int64_t c = 0; c < outputs; c += OutputLanes) {
                dots_.pack_output(out, channel + c, output + (c * pairs + OutputLanes * pair) * output_pixels());
            }
        }
    }

    void lay_inputs(int64_t from, int64_t pairs, int64_t channel, uint32_t* input) const {
        for (int64_t pair = 0; pair < pairs; pair++) {
            const PlanePair in = planes(x_, from + pair, window_.height, window_.width, inputs_);
            dots_.pack_input(in, channel, window_.padding, a_, b_, input + InputLanes * pair * input_pixels());
        }
    }

    // Adds the products of InputLanes input channels with all output channels.
    void add(int64_t pairs, int64_t outputs, int64_t channel, const uint32_t* input, const uint32_t* output, float* sums) const {
        for (int64_t o = 0; o < outputs; o += OutputLanes) {
            for (int64_t row = 0; row < KernelSide; row++) {
                float* to = sums + o * Taps * inputs_ + (row * inputs_ + channel) * RowSums;
                dots_.accumulate(window_, pairs, row, input, output + o * pairs * output_pixels(), to);
            }
        }
    }

    const Dots& dots_;
    const uint16_t* x_;
    const uint16_t* dy_;
    const float* a_;
    const float* b_;
    const int64_t images_;
    const int64_t inputs_;
    const int64_t outputs_;
    const Window window_;
};

// Adds up the sums of all pieces and reorders them to a kernel [outputs, inputs, 3, 3].
struct Order {
    int64_t pieces;
    int64_t count;
    int64_t inputs;

    // Writes eight output channels, given their sums in the first piece.
    void put(int64_t block, const float* sums, float* kernel) const {
        for (int64_t o = 0; o < OutputLanes; o++) {
            for (int64_t i = 0; i < inputs; i += InputLanes) {
                float* to = kernel + ((block * OutputLanes + o) * inputs + i) * Taps;
                for (int64_t tap = 0; tap < Taps; tap++) {
                    const int64_t row = tap / KernelSide, column = tap % KernelSide;
                    const float* from = sums + (row * inputs + i) * RowSums + (column * OutputLanes + o) * InputLanes;
                    for (int64_t lane = 0; lane < InputLanes; lane++) {
                        to[lane * Taps + tap] = from[lane];
                        for (int64_t piece = 1; piece < pieces; piece++) {
                            to[lane * Taps + tap] += from[piece * count + lane];
                        }
                    }
                }
            }
        }
    }
};

} // namespace

bool simclr::has_kernel_gradient(ConvolutionShape shape) {
    // For a 1×1 kernel, packing would cost too much for the few products; pointwise.cpp packs all channels at once instead.
    return simclr::dots() != nullptr && shape.element == simclr::BFloat16Number && shape.side == simclr::KernelSide
        && shape.padding <= shape.side / 2 && shape.inputs % InputLanes == 0 && shape.outputs % OutputLanes == 0;
}

void simclr::kernel_gradient(ConvolutionShape shape, const void* x, const float* a, const float* b, const void* dy, float* dkernel) {
    const int64_t count = shape.outputs * shape.inputs * shape.side * shape.side, blocks = shape.outputs / OutputLanes;
    const int64_t pairs = (shape.images + 1) / 2, pixels = shape.images * simclr::output_height(shape) * simclr::output_width(shape);
    const int64_t pieces = std::clamp<int64_t>(std::min({pairs, pixels / PiecePixels, PieceBytes / (4 * count)}), 1, MostPieces);
    const int64_t groups = std::min(blocks, (TasksOfThread * simclr::thread_count() + pieces - 1) / pieces);
    const int64_t of_block = count / blocks;
    const Piece piece(shape, x, a, b, dy);
    const Order order{pieces, count, shape.inputs};
    const auto first_of = [&](int64_t group) { return blocks * group / groups; };
    if (pieces == 1) {
        // With one piece there is nothing to add up. Each group has its own temporary sums, which saves memory for large kernels.
        simclr::share(groups, [&](int64_t g) {
            const int64_t first = first_of(g), last = first_of(g + 1);
            const simclr::Zeros<float> sums((last - first) * of_block);
            piece.sum(0, pairs, first * OutputLanes, last * OutputLanes, sums.data());
            for (int64_t block = first; block < last; block++) {
                order.put(block, sums.data() + (block - first) * of_block, dkernel);
            }
        });
        return;
    }
    const simclr::Zeros<float> sums(pieces * count);
    simclr::share(pieces * groups, [&](int64_t i) {
        const int64_t p = i / groups, first = first_of(i % groups), last = first_of(i % groups + 1);
        piece.sum(pairs * p / pieces, pairs * (p + 1) / pieces, first * OutputLanes, last * OutputLanes,
            sums.data() + p * count + first * of_block);
    });
    simclr::share(blocks, [&](int64_t block) { order.put(block, sums.data() + block * of_block, dkernel); });
}
