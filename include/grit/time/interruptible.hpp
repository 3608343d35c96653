// SPDX-License-Identifier: BSL-1.0
#pragma once
// InterruptibleTime: the monotonic clock and a sleep that a request to stop ends at once. Include it where you use it.

#include <version>

#if defined(__cpp_lib_jthread)
#include <condition_variable>
#include <mutex>
#include <stop_token>

#include <grit/time/steady.hpp>

namespace grit {
namespace detail {

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

} // namespace detail

/// SteadyTime whose sleep ends as soon as a std::stop_token says so: the one of StopWhenRequested, of any of several,
/// or of the context around the call. `Time<InterruptibleTime>`.
///
/// It does not poll. A token of another type is asked after the sleep and does not cut it short.
/// Thread safety: safe from any thread; the sleep allocates nothing.
struct InterruptibleTime : SteadyTime {
    using SteadyTime::sleep;

    /// Sleeps at least d, unless a stop was or is requested.
    void sleep(Duration d, StopView stop) const {
        if (d <= Duration::zero()) return;
        detail::Bell bell;
        detail::wait_watching(bell, saturating_add(now(), d), stop);
    }
    void sleep(Duration d, std::stop_token const& token) const { sleep(d, StopView{&token}); }
};

} // namespace grit
#endif
