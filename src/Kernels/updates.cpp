// Updates all parameters of a tree on a CPU, in two passes over memory for LARS and in one for a moving average. The parameters remain
// separate tensors, since a pass over pieces of many tensors moves no more bytes than a pass over one flat buffer.
#include "simclr_kernels.h"
#include "threads.h"

#include <cmath>
#include <cstring>
#include <vector>

namespace {

// Size of a piece, large enough to be worth a task. The pieces, and so the sums, do not depend on the number of threads.
constexpr int64_t PieceValues = 32 * 1024;

struct Piece {
    int32_t tensor;
    int64_t first;
    int64_t count;
};

std::vector<Piece> pieces_of(const int64_t* sizes, int32_t count) {
    std::vector<Piece> pieces;
    for (int32_t i = 0; i < count; i++) {
        for (int64_t first = 0; first < sizes[i]; first += PieceValues) {
            pieces.push_back({i, first, std::min(PieceValues, sizes[i] - first)});
        }
    }
    return pieces;
}

template <class Body>
void each(const std::vector<Piece>& pieces, const Body& body) {
    simclr::share(static_cast<int64_t>(pieces.size()), [&](int64_t i) { body(static_cast<std::size_t>(i), pieces[i]); });
}

struct Squares {
    double weight = 0;
    double gradient = 0;
};

// Sums of squares of the weights, and of the gradients with weight decay added.
Squares squares(const float* w, const float* g, float decay, int64_t count) {
    // Written with explicit vectors; for a loop over lanes the compiler would use slow gather instructions.
    using Floats = float __attribute__((vector_size(64)));
    constexpr int64_t Lanes = sizeof(Floats) / sizeof(float);
    Squares sum;
    for (int64_t block = 0; block < count; block += 1024) {
        const int64_t end = std::min(count, block + 1024);
        Floats ws = {}, gs = {};
        int64_t i = block;
        for (; i + Lanes <= end; i += Lanes) {
            Floats weight, gradient;
            std::memcpy(&weight, w + i, sizeof(Floats));
            std::memcpy(&gradient, g + i, sizeof(Floats));
            gradient += decay * weight;
            ws += weight * weight;
            gs += gradient * gradient;
        }
        for (; i < end; i++) {
            const float weight = w[i], gradient = g[i] + decay * weight;
            ws[0] += weight * weight;
            gs[0] += gradient * gradient;
        }
        for (int64_t lane = 0; lane < Lanes; lane++) {
            sum.weight += ws[lane];
            sum.gradient += gs[lane];
        }
    }
    return sum;
}

} // namespace

void simclr_lars(float* const* weights, const float* const* gradients, float* const* velocities, const int64_t* sizes,
    const LarsLeaf* leaves, int32_t count, double momentum, double trust, int32_t nesterov) {
    const auto pieces = pieces_of(sizes, count);
    std::vector<Squares> partial(pieces.size()), total(count);
    each(pieces, [&](std::size_t i, const Piece& piece) {
        const LarsLeaf& leaf = leaves[piece.tensor];
        if (leaf.adapted != 0) {
            partial[i] = squares(weights[piece.tensor] + piece.first, gradients[piece.tensor] + piece.first, static_cast<float>(leaf.decay),
                piece.count);
        }
    });
    for (std::size_t i = 0; i < pieces.size(); i++) {
        total[pieces[i].tensor].weight += partial[i].weight;
        total[pieces[i].tensor].gradient += partial[i].gradient;
    }
    const auto kept = static_cast<float>(momentum);
    each(pieces, [&](std::size_t, const Piece& piece) {
        const LarsLeaf& leaf = leaves[piece.tensor];
        const Squares& sum = total[piece.tensor];
        const bool scaled = leaf.adapted != 0 && sum.weight > 0 && sum.gradient > 0;
        const float rate = static_cast<float>(leaf.rate * (scaled ? trust * std::sqrt(sum.weight / sum.gradient) : 1.0));
        const float decay = static_cast<float>(leaf.decay);
        float* weight = weights[piece.tensor] + piece.first;
        float* velocity = velocities[piece.tensor] + piece.first;
        const float* gradient = gradients[piece.tensor] + piece.first;
        for (int64_t i = 0; i < piece.count; i++) {
            const float step = rate * (gradient[i] + decay * weight[i]);
            const float next = kept * velocity[i] + step;
            velocity[i] = next;
            weight[i] -= nesterov != 0 ? kept * next + step : next;
        }
    });
}

void simclr_average(float* const* averages, const float* const* values, const int64_t* sizes, int32_t count, double decay) {
    const auto kept = static_cast<float>(decay), added = static_cast<float>(1 - decay);
    each(pieces_of(sizes, count), [&](std::size_t, const Piece& piece) {
        float* x = averages[piece.tensor] + piece.first;
        const float* y = values[piece.tensor] + piece.first;
        for (int64_t i = 0; i < piece.count; i++) {
            x[i] = kept * x[i] + added * y[i];
        }
    });
}
