// What optimizers do to every parameter on a CPU: all tensors of a tree in two passes over memory for LARS, in one for a moving average. The
// parameters stay tensors of their own: a pass over pieces of many tensors moves the same bytes as one over a single flat buffer. Tensors on
// another device go to foreach.cpp.
#include "share.h"
#include "shim.h"

#include <ATen/ATen.h>

#include <cmath>
#include <cstring>
#include <vector>

namespace {

// Large enough to pay for handing it to a thread. The pieces, and so the sums, do not depend on the number of threads.
constexpr int64_t PieceValues = 32 * 1024;

struct Piece {
    int32_t tensor;
    int64_t first;
    int64_t count;
};

std::vector<at::Tensor> borrowed(void** handles, int32_t count) {
    std::vector<at::Tensor> tensors;
    for (int32_t i = 0; i < count; i++) {
        tensors.push_back(simclr::borrow(handles[i]));
        TORCH_CHECK(tensors.back().is_cpu() && tensors.back().scalar_type() == at::kFloat, "takes float32 tensors on a CPU");
    }
    return tensors;
}

// What is only read may lie otherwise, as a gradient that is a transposed product does.
std::vector<at::Tensor> read(void** handles, int32_t count) {
    auto tensors = borrowed(handles, count);
    for (auto& tensor : tensors) {
        tensor = tensor.contiguous();
    }
    return tensors;
}

std::vector<at::Tensor> written(void** handles, int32_t count) {
    auto tensors = borrowed(handles, count);
    for (const auto& tensor : tensors) {
        TORCH_CHECK(tensor.is_contiguous(), "writes contiguous tensors");
    }
    return tensors;
}

void require_alike(const std::vector<at::Tensor>& xs, const std::vector<at::Tensor>& ys) {
    for (std::size_t i = 0; i < xs.size(); i++) {
        TORCH_CHECK(xs[i].numel() == ys[i].numel(), "takes tensors of the same sizes");
    }
}

std::vector<Piece> pieces_of(const std::vector<at::Tensor>& tensors) {
    std::vector<Piece> pieces;
    for (int32_t i = 0; i < static_cast<int32_t>(tensors.size()); i++) {
        for (int64_t first = 0; first < tensors[i].numel(); first += PieceValues) {
            pieces.push_back({i, first, std::min(PieceValues, tensors[i].numel() - first)});
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

// Sums of squares of the weights and of the gradients with their decay.
Squares squares(const float* w, const float* g, float decay, int64_t count) {
    // Said in vectors: the compiler would gather those of a loop over lanes.
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

void lars(const std::vector<at::Tensor>& w, const std::vector<at::Tensor>& g, const std::vector<at::Tensor>& v, const LarsLeaf* leaves,
    float momentum, double trust, bool nesterov) {
    require_alike(w, g);
    require_alike(w, v);
    const auto pieces = pieces_of(w);
    std::vector<Squares> partial(pieces.size()), total(w.size());
    each(pieces, [&](std::size_t i, const Piece& piece) {
        if (leaves[piece.tensor].adapted != 0) {
            partial[i] = squares(w[piece.tensor].data_ptr<float>() + piece.first, g[piece.tensor].data_ptr<float>() + piece.first,
                static_cast<float>(leaves[piece.tensor].decay), piece.count);
        }
    });
    for (std::size_t i = 0; i < pieces.size(); i++) {
        total[pieces[i].tensor].weight += partial[i].weight;
        total[pieces[i].tensor].gradient += partial[i].gradient;
    }
    each(pieces, [&](std::size_t, const Piece& piece) {
        const LarsLeaf& leaf = leaves[piece.tensor];
        const Squares& sum = total[piece.tensor];
        const bool scaled = leaf.adapted != 0 && sum.weight > 0 && sum.gradient > 0;
        const float rate = static_cast<float>(leaf.rate * (scaled ? trust * std::sqrt(sum.weight / sum.gradient) : 1.0));
        const float decay = static_cast<float>(leaf.decay);
        float* weight = w[piece.tensor].data_ptr<float>() + piece.first;
        float* velocity = v[piece.tensor].data_ptr<float>() + piece.first;
        const float* gradient = g[piece.tensor].data_ptr<float>() + piece.first;
        for (int64_t i = 0; i < piece.count; i++) {
            const float step = rate * (gradient[i] + decay * weight[i]);
            const float next = momentum * velocity[i] + step;
            velocity[i] = next;
            weight[i] -= nesterov ? momentum * next + step : next;
        }
    });
}

bool elsewhere(void** handles, int32_t count) { return count > 0 && !simclr::borrow(handles[0]).is_cpu(); }

} // namespace

int32_t simclr_lars(void** weights, void** gradients, void** velocities, const LarsLeaf* leaves, int32_t count, double momentum, double trust,
    int32_t nesterov) {
    return simclr::guarded("lars", -1, [&] {
        if (elsewhere(weights, count)) {
            return simclr_foreach_lars(weights, gradients, velocities, leaves, count, momentum, trust, nesterov);
        }
        lars(written(weights, count), read(gradients, count), written(velocities, count), leaves, static_cast<float>(momentum), trust,
            nesterov != 0);
        return 0;
    });
}

int32_t simclr_average(void** averages, void** values, int32_t count, double decay) {
    return simclr::guarded("average", -1, [&] {
        if (elsewhere(averages, count)) {
            return simclr_foreach_average(averages, values, count, decay);
        }
        const auto xs = written(averages, count), ys = read(values, count);
        require_alike(xs, ys);
        const auto kept = static_cast<float>(decay), added = static_cast<float>(1 - decay);
        each(pieces_of(xs), [&](std::size_t, const Piece& piece) {
            float* x = xs[piece.tensor].data_ptr<float>() + piece.first;
            const float* y = ys[piece.tensor].data_ptr<float>() + piece.first;
            for (int64_t i = 0; i < piece.count; i++) {
                x[i] = kept * x[i] + added * y[i];
            }
        });
        return 0;
    });
}
