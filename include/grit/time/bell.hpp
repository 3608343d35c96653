// SPDX-License-Identifier: BSL-1.0
#pragma once
// Bell: what a thread waits for that others may wake, or a request to stop.

#include <condition_variable>
#include <mutex>
#include <version>

#include <grit/core/context.hpp>

#if defined(__cpp_lib_jthread)
#include <stop_token>
#endif

namespace grit::inline GRIT_ABI::detail {

/// What a sleeper waits for and a request rings. Thread safety: ring() from any thread while the bell exists.
class Bell {
public:
    void ring() {
        std::lock_guard const lock{mutex_};
        rung_ = true;
        condition_.notify_one();
    }
    /// Returns: once it was rung, before or during the call, or at `end`.
    void wait_until(TimePoint end) {
        std::unique_lock lock{mutex_};
        condition_.wait_until(lock, end, [&] { return rung_; });
    }

private:
    std::mutex mutex_;
    std::condition_variable condition_;
    bool rung_ = false;
};

#if defined(__cpp_lib_jthread)
/// Registers the bell with every std::stop_token of `stop` from the given number on, then waits for it.
///
/// A request before the registration rings in it, one after it rings at once, and the bell remembers: none is lost.
/// The registrations are on the stack of this recursion, so nothing has to be allocated for them.
template <class B>
void wait_watching(B& bell, TimePoint end, StopView stop, int number = 0) {
    int left = number;
    StopLeaf const leaf = stop.leaf(left);
    if (leaf.token == nullptr) return bell.wait_until(end);
    if (leaf.type != &type_id<std::stop_token>) return detail::wait_watching(bell, end, stop, number + 1);
    auto const ring = [&bell] { bell.ring(); };
    std::stop_callback const registered{*static_cast<std::stop_token const*>(leaf.token), ring};
    detail::wait_watching(bell, end, stop, number + 1);
}
#else
/// Waits for the bell. No token of this library can be watched, since it has none.
template <class B>
void wait_watching(B& bell, TimePoint end, StopView) {
    bell.wait_until(end);
}
#endif

} // namespace grit::inline GRIT_ABI::detail
