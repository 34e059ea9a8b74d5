// A value whose backward pass computes it again: what activation checkpointing is made of. The caller's functions do the computing.
#include "node.h"
#include "shim.h"

#include <ATen/ATen.h>
#include <ATen/core/LegacyTypeDispatch.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/functions/utils.h>
#include <torch/csrc/autograd/saved_variable.h>
#include <torch/csrc/autograd/variable.h>

#include <cstdlib>
#include <vector>

namespace {

using torch::autograd::SavedVariable;
using torch::autograd::variable_list;

struct RecomputeBackward : public torch::autograd::Node {
    std::vector<SavedVariable> inputs;
    RecomputeFunction recompute;
    ReleaseFunction release;
    void* state;

    RecomputeBackward(RecomputeFunction recompute_by, ReleaseFunction release_by, void* with)
        : recompute(recompute_by), release(release_by), state(with) {}

    ~RecomputeBackward() override {
        release(state);
    }

    variable_list apply(variable_list&& grads) override {
        variable_list results(inputs.size());
        if (!grads[0].defined()) {
            return results;
        }
        TORCH_CHECK(!at::GradMode::is_enabled(), "a recomputed block has no second derivative");
        std::vector<void*> given, found(inputs.size());
        for (auto& input : inputs) {
            given.push_back(simclr::own(input.unpack()));
        }
        char* failure = recompute(state, given.data(), static_cast<int32_t>(given.size()), simclr::own(grads[0]), found.data());
        if (failure != nullptr) {
            const std::string reason(failure);
            std::free(failure);
            TORCH_CHECK(false, reason);
        }
        for (std::size_t i = 0; i < found.size(); i++) {
            results[i] = simclr::borrow(found[i]);
            simclr_free(found[i]);
        }
        return results;
    }

    void release_variables() override {
        for (auto& input : inputs) {
            input.reset_data();
        }
    }

    std::string name() const override {
        return "RecomputeBackward";
    }
};

} // namespace

void* simclr_recomputed(
    void* value, void** inputs, int32_t count, RecomputeFunction recompute, ReleaseFunction release, void* state) {
    return simclr::guarded("recomputed", static_cast<void*>(nullptr), [&] {
        const auto node = simclr::make_node<RecomputeBackward>(recompute, release, state);
        variable_list given;
        for (int32_t i = 0; i < count; i++) {
            given.push_back(simclr::borrow(inputs[i]));
            node->inputs.emplace_back(given.back(), false);
        }
        at::Tensor y;
        {
            const at::AutoDispatchBelowADInplaceOrView guard;
            y = simclr::borrow(value).detach();
        }
        if (torch::autograd::compute_requires_grad(given)) {
            node->set_next_edges(torch::autograd::collect_next_edges(given));
            torch::autograd::set_history(y, node);
        }
        return simclr::own(y);
    });
}
