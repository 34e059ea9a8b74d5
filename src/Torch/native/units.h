// Batch normalisation and convolution as nodes of the autograd graph.
#pragma once

#include "kernels.h"
#include "node.h"

#include <ATen/core/Tensor.h>
#include <torch/csrc/autograd/function.h>
#include <torch/csrc/autograd/saved_variable.h>

#include <string>
#include <vector>

namespace simclr {

// Batch norm with what follows it: y = relu(a · x + b + skip), where a and b [channels] hold the statistics, scale and shift.
struct NormBackward : public torch::autograd::Node {
    torch::autograd::SavedVariable x;
    torch::autograd::SavedVariable y; // only where a skip was added before the ReLU
    at::Tensor a, b, mean, inverse_deviation;
    bool relu = false;
    bool skip = false;
    bool training = false;

    torch::autograd::variable_list apply(torch::autograd::variable_list&& grads) override;
    void release_variables() override;
    std::string name() const override {
        return "NormBackward";
    }

    // y again, where it follows from x alone.
    at::Tensor again();
};

// A convolution whose kernel is given in float32 and used in the input's type. Where the input is a batch norm's output with its ReLU, it
// is not kept but made again, from what the batch norm keeps anyway.
struct ConvBackward : public torch::autograd::Node {
    torch::autograd::SavedVariable x;
    NodePointer<NormBackward> source;
    torch::autograd::SavedVariable kernel; // float32, the one given: in the input's type it is made again
    int64_t stride = 1;
    int64_t padding = 0;

    torch::autograd::variable_list apply(torch::autograd::variable_list&& grads) override;
    void release_variables() override;
    std::string name() const override {
        return "ConvBackward";
    }
};

// Where the two streams of a selective kernel are pooled. What they get through their mix is left here by its backward pass and joined
// with what they get through the pooled values, in one pass.
struct StreamsBackward : public torch::autograd::Node {
    torch::autograd::SavedVariable streams;
    NodePointer<NormBackward> source; // makes the streams again where they are a batch norm's output with its ReLU
    at::Tensor mixed, weight; // gradient of the mix, and what it weighed the first stream with
    std::vector<int64_t> sizes;

    torch::autograd::variable_list apply(torch::autograd::variable_list&& grads) override;
    void release_variables() override;
    std::string name() const override {
        return "StreamsBackward";
    }
};

// The mix of two pooled streams.
struct MixBackward : public torch::autograd::Node {
    NodePointer<StreamsBackward> streams;
    torch::autograd::SavedVariable weight;

    torch::autograd::variable_list apply(torch::autograd::variable_list&& grads) override;
    void release_variables() override;
    std::string name() const override {
        return "MixBackward";
    }
};

// What kernels take of a tensor.
Element element_of(const at::Tensor& tensor);

// A backward pass that cannot be differentiated.
void require_once(const char* what);

// Channels innermost, in the strides too.
at::Tensor channels_last(const at::Tensor& x);

} // namespace simclr
