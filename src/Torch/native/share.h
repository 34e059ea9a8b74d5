// How threads share what depends on shapes alone.
#pragma once

#include <ATen/Parallel.h>

#include <algorithm>
#include <atomic>

namespace simclr {

// Calls body(i) for every i below `count`. A thread takes the next one when it is done with its last, so none waits long for another that the
// system held up.
template <class Body>
void share(int64_t count, const Body& body) {
    std::atomic<int64_t> next{0};
    at::parallel_for(0, std::min<int64_t>(at::get_num_threads(), count), 1, [&](int64_t, int64_t) {
        for (int64_t i = next++; i < count; i = next++) {
            body(i);
        }
    });
}

} // namespace simclr
