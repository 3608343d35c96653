// SPDX-License-Identifier: BSL-1.0
#pragma once
// A thread that is cancelled (pthread_cancel) while it waits.

// Not with libc++: glibc unwinds a cancelled thread by libgcc, and libc++abi by another library, which crashes without
// anything of the project too.
#if defined(__GLIBC__) && !defined(_LIBCPP_VERSION)
#define GRIT_TEST_CANCELS_THREADS

#include <semaphore>

#include <pthread.h>
#include <unistd.h>

namespace grit::test {

/// Runs act(wait) in a thread, and cancels that once it waits. Returns: whether it ended by the cancellation.
template <class Act>
bool cancelled(Act const& act) {
    struct Shared {
        Act const& act;
        std::binary_semaphore waits{0};
    } shared{act};
    auto const body = [](void* argument) -> void* {
        auto& s = *static_cast<Shared*>(argument);
        s.act([&]() -> int {
            s.waits.release();
            for (;;) pause(); // a point of cancellation
        });
        return nullptr;
    };
    pthread_t thread{};
    if (pthread_create(&thread, nullptr, body, &shared) != 0) return false;
    shared.waits.acquire();
    pthread_cancel(thread);
    void* result = nullptr;
    pthread_join(thread, &result);
    return result == PTHREAD_CANCELED;
}

} // namespace grit::test

#endif
