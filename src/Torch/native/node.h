// How nodes of the autograd graph are held: by std::shared_ptr, or, in newer libtorchs, by a count of their own. Which of the two shows in what
// an edge of the graph holds.
#pragma once

#include <c10/util/intrusive_ptr.h>
#include <torch/csrc/autograd/edge.h>
#include <torch/csrc/autograd/function.h>

#include <memory>
#include <utility>

namespace simclr {

template <class Held>
struct Holding;

template <class Node>
struct Holding<std::shared_ptr<Node>> {
    template <class T>
    using Pointer = std::shared_ptr<T>;

    template <class T>
    static Pointer<T> hold(T* fresh) {
        return Pointer<T>(fresh, [](T* node) { deleteNode(node); }); // without recursion, however deep the graph
    }

    template <class T>
    static Pointer<T> again(T* held) {
        return std::static_pointer_cast<T>(held->shared_from_this());
    }
};

template <class Node>
struct Holding<c10::intrusive_ptr<Node>> {
    template <class T>
    using Pointer = c10::intrusive_ptr<T>;

    template <class T>
    static Pointer<T> hold(T* fresh) {
        return Pointer<T>::unsafe_steal_from_new(fresh);
    }

    template <class T>
    static Pointer<T> again(T* held) {
        return Pointer<T>::reclaim_copy(held);
    }
};

using NodeHolding = Holding<decltype(torch::autograd::Edge::function)>;

template <class T>
using NodePointer = NodeHolding::Pointer<T>;

template <class T, class... Arguments>
NodePointer<T> make_node(Arguments&&... arguments) {
    return NodeHolding::hold(new T(std::forward<Arguments>(arguments)...));
}

// The node that made `y`, if it is one of this kind.
template <class T>
NodePointer<T> node_of(const at::Tensor& y) {
    auto* const node = dynamic_cast<T*>(y.grad_fn().get());
    return node == nullptr ? NodePointer<T>() : NodeHolding::again(node);
}

} // namespace simclr
