// The updates of updates.cpp by libtorch's operators over lists of tensors: on a GPU a few launches for all parameters of a tree, where one
// parameter after the other would be some ten launches each. Any device runs them, and the host does not wait for it.
#include "shim.h"

#include <ATen/ATen.h>
#include <c10/core/GradMode.h>

#include <vector>

namespace {

using Tensors = std::vector<at::Tensor>;

// As one row: the operators take lists in few launches only where sizes and strides agree, and strides of two contiguous tensors may differ.
at::Tensor row(const at::Tensor& tensor) {
    TORCH_CHECK(tensor.scalar_type() == at::kFloat, "takes float32 tensors");
    return tensor.as_strided({tensor.numel()}, {1});
}

// What is only read may lie otherwise, as the gradient of a kernel that was used channels-last does.
at::Tensor read(void* handle) { return row(simclr::borrow(handle).contiguous()); }

at::Tensor written(void* handle) {
    const auto tensor = simclr::borrow(handle);
    TORCH_CHECK(tensor.is_contiguous(), "writes contiguous tensors");
    return row(tensor);
}

void require_alike(const at::Tensor& x, const at::Tensor& y) {
    TORCH_CHECK(x.numel() == y.numel(), "takes tensors of the same sizes");
}

// The leaves that move alike: a number of an operator holds for all of its list.
struct Group {
    LarsLeaf leaf;
    Tensors w, g, v;
};

bool alike(const LarsLeaf& one, const LarsLeaf& other) {
    return one.rate == other.rate && one.decay == other.decay && one.adapted == other.adapted;
}

std::vector<Group> grouped(void** weights, void** gradients, void** velocities, const LarsLeaf* leaves, int32_t count) {
    std::vector<Group> groups;
    for (int32_t i = 0; i < count; i++) {
        const auto w = written(weights[i]), g = read(gradients[i]), v = written(velocities[i]);
        require_alike(w, g);
        require_alike(w, v);
        if (w.numel() == 0) {
            continue; // libtorch 1.13 launches nothing for a list on a GPU that ends with an empty tensor
        }
        std::size_t at = 0;
        while (at < groups.size() && !alike(groups[at].leaf, leaves[i])) {
            at++;
        }
        if (at == groups.size()) {
            groups.push_back({leaves[i], {}, {}, {}});
        }
        groups[at].w.push_back(w);
        groups[at].g.push_back(g);
        groups[at].v.push_back(v);
    }
    return groups;
}

// trust * |w| / |g|, and 1 where a norm is zero.
at::Tensor trust_ratios(const Tensors& ws, const Tensors& gs, double trust) {
    const auto w = at::stack(at::_foreach_norm(ws)), g = at::stack(at::_foreach_norm(gs));
    return at::where(w.gt(0).logical_and_(g.gt(0)), w.div(g).mul_(trust), at::ones_like(w));
}

void lars(const Group& group, double momentum, double trust, bool nesterov) {
    const Tensors g = group.leaf.decay == 0 ? group.g : at::_foreach_add(group.g, group.w, group.leaf.decay);
    const Tensors ratios = group.leaf.adapted == 0 ? Tensors() : Tensors(trust_ratios(group.w, g, trust).unbind());
    const auto add_step = [&](const Tensors& to, double rate) {
        if (ratios.empty()) {
            at::_foreach_add_(to, g, rate);
        } else {
            // A pass over memory less than scaling the gradients first. Factors of no dimension in a list make libtorch launch either tensor
            // by tensor.
            at::_foreach_addcmul_(to, ratios, g, rate);
        }
    };
    at::_foreach_mul_(group.v, momentum);
    add_step(group.v, group.leaf.rate);
    at::_foreach_sub_(group.w, group.v, nesterov ? momentum : 1.0);
    if (nesterov) {
        add_step(group.w, -group.leaf.rate);
    }
}

} // namespace

int32_t simclr_foreach_lars(void** weights, void** gradients, void** velocities, const LarsLeaf* leaves, int32_t count, double momentum,
    double trust, int32_t nesterov) {
    return simclr::guarded("lars", -1, [&] {
        c10::NoGradGuard no_grad;
        for (const auto& group : grouped(weights, gradients, velocities, leaves, count)) {
            lars(group, momentum, trust, nesterov != 0);
        }
        return 0;
    });
}

int32_t simclr_foreach_average(void** averages, void** values, int32_t count, double decay) {
    return simclr::guarded("average", -1, [&] {
        c10::NoGradGuard no_grad;
        Tensors xs, ys;
        for (int32_t i = 0; i < count; i++) {
            const auto x = written(averages[i]), y = read(values[i]);
            require_alike(x, y);
            if (x.numel() > 0) {
                xs.push_back(x);
                ys.push_back(y);
            }
        }
        if (!xs.empty()) {
            at::_foreach_mul_(xs, decay);
            at::_foreach_add_(xs, ys, 1 - decay);
        }
        return 0;
    });
}
