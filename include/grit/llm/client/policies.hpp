// SPDX-License-Identifier: BSL-1.0
#pragma once
// What a client does by itself: the retry around a call, and the guard around each of its attempts.

#include <chrono>

#include <grit/circuit_breaker.hpp>
#include <grit/core/within.hpp>
#include <grit/llm/client/stream_error.hpp>
#include <grit/llm/error/category.hpp>
#include <grit/llm/error/connection_error.hpp>
#include <grit/llm/error/status_error.hpp>
#include <grit/llm/http/cancel.hpp>
#include <grit/retry.hpp>

namespace grit::inline GRIT_ABI::llm {

/// Returns: whether an attempt ended by a timeout, 90 s or more after the call began: nobody waits for a third
/// silence, and what was silent for so long may be paid for already.
inline bool is_silent_for_long(TimedAttempt const& attempt, Failure const& failure) noexcept {
    return attempt.elapsed() >= std::chrono::seconds{90} && failure.as<ApiTimeoutError>() != nullptr;
}

/// Three attempts at what may succeed later, none after a timeout once 90 s are over; full jitter from 1 s up to 30 s,
/// or what the server asks for up to 60 s.
using CompletionRetrying = Retrying<
    StopAfterAttempt<3>, StopIf<is_silent_for_long>,
    WaitHint<std::chrono::seconds{60}, WaitRandomExponential<std::chrono::seconds{1}, std::chrono::seconds{30}>>,
    RetryIfException<is_retryable>, Time<CallTime>>;

/// Refuses to ask an endpoint for 30 s once five attempts in a row have failed by its fault: no whole answer, a status
/// of 500 or above, a stream that broke. What is the caller's fault, or a matter of its rate or its money, says nothing
/// of the endpoint's health.
using EndpointBreaker =
    CircuitBreaker<OpenAfterFailures<5>, OpenFor<std::chrono::seconds{30}>,
                   FailureIf<ApiConnectionError, InternalServerError, StreamError>, Name<"endpoint">>;

/// A stage that adds nothing: as a policy, one attempt; as a guard, none.
struct Once : StageInterface<Once> {
    struct Call {
        static constexpr void start(Attempt const&) noexcept {}
    };
    static constexpr Call call(Attempt const&) noexcept { return {}; }
};

/// Stands for the policy that a client has by itself.
struct UsePolicy {};

/// The same policy, but while `leave` is true a timeout ends the attempts: somebody else is left to ask.
template <class Policy>
struct LeaveIfSilent {
    Policy const& policy;
    bool leave = true;
};

namespace detail {

template <class P>
inline constexpr bool leaves_if_silent = false;
template <class P>
inline constexpr bool leaves_if_silent<LeaveIfSilent<P>> = true;

} // namespace detail

} // namespace grit::inline GRIT_ABI::llm
