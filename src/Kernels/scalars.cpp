// The release of TorchSharp's numbers, later than TorchSharp asks for it.
#include "simclr_kernels.h"

#include <chrono>
#include <deque>
#include <mutex>
#include <new>

namespace {

using Clock = std::chrono::steady_clock;

struct Released {
    void* number;
    Clock::time_point at;
};

// Far longer than any operator takes to read the numbers that it was given, which it does before it computes.
constexpr std::chrono::seconds delay{10};

// Neither is destroyed at the process's end, when .NET's finalizer thread may still release numbers.
auto& mutex = *new std::mutex;
auto& queue = *new std::deque<Released>;

} // namespace

void THSTorch_dispose_scalar(void* number) {
    const std::lock_guard lock(mutex);
    const auto now = Clock::now();
    queue.push_back({number, now});
    while (now - queue.front().at > delay) {
        ::operator delete(queue.front().number); // what LibTorchSharp does, for numbers that own no memory
        queue.pop_front();
    }
}
