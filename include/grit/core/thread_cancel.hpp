// SPDX-License-Identifier: BSL-1.0
#pragma once
// The cancellation of a thread (pthread_cancel): told apart from a return, and kept out of code that it may not leave.

#include <exception>

#include <grit/core/config.hpp>

#if defined(__unix__) || defined(__APPLE__)
#include <pthread.h>
#endif
#if defined(__GLIBCXX__)
#include <cxxabi.h>
#endif

namespace grit::inline GRIT_ABI::detail {

/// Returns: what f() returns, in place. Where the thread is cancelled in f, cancelled() is called on the way, and the
/// cancellation goes on: a destructor could not tell it from a return. Only where the standard library has a type for
/// it; with libc++ it has none.
template <int Exceptions, class R, class F, class Cancelled>
R unless_cancelled(F const& f, [[maybe_unused]] Cancelled const& cancelled) {
#if GRIT_EXCEPTIONS && defined(__GLIBCXX__)
    if constexpr (Exceptions != 0) {
        try {
            return f();
        } catch (abi::__forced_unwind const&) {
            cancelled();
            throw;
        }
    } else
#endif
        return f();
}

/// While it lives, pthread_cancel() waits: a listener runs where a call ends, which is noexcept, and a cancellation
/// that left it there would end the program. The thread is cancelled at its next cancellation point after that.
class NotCancelled {
public:
#if defined(__unix__) || defined(__APPLE__)
    NotCancelled() noexcept { ::pthread_setcancelstate(PTHREAD_CANCEL_DISABLE, &before_); }
    ~NotCancelled() { ::pthread_setcancelstate(before_, nullptr); }
#else
    NotCancelled() noexcept = default;
    ~NotCancelled() {}
#endif
    NotCancelled(NotCancelled const&) = delete;
    NotCancelled& operator=(NotCancelled const&) = delete;

private:
    int before_ = 0;
};

} // namespace grit::inline GRIT_ABI::detail
