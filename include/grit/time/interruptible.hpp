// SPDX-License-Identifier: BSL-1.0
#pragma once
// InterruptibleTime: the monotonic clock and a sleep that a request to stop ends at once. Include it where you use it.

#include <version>

#if defined(__cpp_lib_jthread)
#include <grit/time/bell.hpp>
#include <grit/time/steady.hpp>

namespace grit::inline GRIT_ABI {

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

} // namespace grit::inline GRIT_ABI
#endif
