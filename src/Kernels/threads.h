// Distributes work over the threads of the caller's pool. The division of the work depends on shapes only.
#pragma once

#include <algorithm>
#include <atomic>
#include <cstdint>
#include <vector>

namespace simclr {

// Number of threads of the caller's pool; 1 if there is none.
int64_t thread_count();

// Calls body(thread, context) for each of 0 … count − 1, on threads of the pool, and returns when all calls are done.
void on_threads(int64_t count, void (*body)(int64_t thread, const void* context), const void* context);

// Work items ("turns"), distributed over threads. Each thread has its own range of turns, the same range in all functions with the same
// number of turns, so that the output of one function is still in the cache of the core that reads it in the next. A thread that has
// finished its range takes the last turns of other threads, which may have been delayed by the system.
class Turns {
public:
    Turns(int64_t count, int64_t threads) : left_(threads) {
        for (int64_t i = 0; i < threads; i++) {
            left_[i].range = packed(count * i / threads, count * (i + 1) / threads);
        }
    }

    // Gets the next turn for a thread; false if there is none left.
    bool take(int64_t thread, int64_t& turn) {
        const auto threads = static_cast<int64_t>(left_.size());
        for (int64_t i = 0; i < threads; i++) {
            std::atomic<uint64_t>& range = left_[(thread + i) % threads].range;
            uint64_t seen = range;
            while (first(seen) < end(seen)) {
                const bool own = i == 0;
                if (range.compare_exchange_weak(seen, own ? packed(first(seen) + 1, end(seen)) : packed(first(seen), end(seen) - 1))) {
                    turn = own ? first(seen) : end(seen) - 1;
                    return true;
                }
            }
        }
        return false;
    }

private:
    // Aligned so that two of them never share a cache line.
    struct alignas(128) Left {
        std::atomic<uint64_t> range{0};
    };

    static uint64_t packed(int64_t first, int64_t end) {
        return static_cast<uint64_t>(first) << 32 | static_cast<uint64_t>(end);
    }

    static int64_t first(uint64_t range) {
        return static_cast<int64_t>(range >> 32);
    }

    static int64_t end(uint64_t range) {
        return static_cast<int64_t>(range & 0xFFFFFFFF);
    }

    std::vector<Left> left_;
};

// Calls body(take) once for each thread, which may thus keep buffers for all its turns; take(turn) returns false when no turns are left.
template <class Body>
void share_turns(int64_t count, const Body& body) {
    const int64_t threads = std::min(thread_count(), count);
    Turns turns(count, threads);
    const auto run = [&](int64_t thread) { body([&](int64_t& turn) { return turns.take(thread, turn); }); };
    using Run = decltype(run);
    on_threads(threads, [](int64_t thread, const void* context) { (*static_cast<Run*>(context))(thread); }, &run);
}

// Calls body(i) for every i below `count`.
template <class Body>
void share(int64_t count, const Body& body) {
    share_turns(count, [&](const auto& take) {
        for (int64_t i = 0; take(i);) {
            body(i);
        }
    });
}

// Splits 0 … count − 1 into ranges of `grain` (the last may be shorter), and calls body(first, last) for each.
template <class Body>
void share(int64_t count, int64_t grain, const Body& body) {
    share((count + grain - 1) / grain, [&](int64_t turn) { body(turn * grain, std::min(count, (turn + 1) * grain)); });
}

} // namespace simclr
