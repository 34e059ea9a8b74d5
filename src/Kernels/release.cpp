// The release of TorchSharp's numbers and tensors, later than TorchSharp asks for it.
#include "simclr_kernels.h"

#include <chrono>
#include <deque>
#include <mutex>
#include <new>

namespace {

using Clock = std::chrono::steady_clock;

struct Waiting {
    void* object;
    Release release;
    Clock::time_point since;
};

// Far longer than an operator takes on any object that it was given.
constexpr std::chrono::seconds delay{10};

// None of these is destroyed at the process's end, when .NET's finalizer thread may still release objects.
auto& mutex = *new std::mutex;
auto& queue = *new std::deque<Waiting>;

Release release_tensor = nullptr;
thread_local bool finalizes = false;

// What LibTorchSharp does, for numbers that own no memory.
void release_number(void* number) { ::operator delete(number); }

// Puts an object into the queue, if one is given, and releases the one that has waited longest, if that has been long enough. No more than
// two at a call, so that no caller pays for all; two, so that the queue gets shorter even if every call puts one in. The release happens
// without the lock, because the release of a tensor may run code of libtorch's that releases others.
void wait(void* object, Release release) {
    for (int i = 0; i < 2; i++) {
        Waiting done{};
        {
            const std::lock_guard lock(mutex);
            const auto now = Clock::now();
            if (object != nullptr) {
                queue.push_back({object, release, now});
                object = nullptr;
            }

            if (queue.empty() || now - queue.front().since <= delay) {
                return;
            }

            done = queue.front();
            queue.pop_front();
        }

        done.release(done.object);
    }
}

} // namespace

void simclr_release_tensors(Release release) { release_tensor = release; }

void simclr_finalizes() { finalizes = true; }

void THSTorch_dispose_scalar(void* number) { wait(number, release_number); }

void THSTensor_dispose(void* tensor) {
    if (finalizes) {
        wait(tensor, release_tensor);
    } else {
        release_tensor(tensor);
        wait(nullptr, nullptr);
    }
}
