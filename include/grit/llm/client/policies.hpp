// SPDX-License-Identifier: BSL-1.0
#pragma once
// What a client does by itself: the retry around a call, and the guard around each of its attempts.

#include <chrono>
#include <functional>
#include <string_view>
#include <type_traits>

#include <grit/circuit_breaker.hpp>
#include <grit/llm/client/stream_error.hpp>
#include <grit/llm/error/category.hpp>
#include <grit/llm/http/cancel.hpp>
#include <grit/retry.hpp>

namespace grit::llm {

/// Three attempts at what may succeed later; full jitter from 1 s up to 30 s, or what the server asks for up to 60 s.
using CompletionRetrying = Retrying<
    StopAfterAttempt<3>,
    WaitHint<std::chrono::seconds{60}, WaitRandomExponential<std::chrono::seconds{1}, std::chrono::seconds{30}>>,
    RetryIfException<is_retryable>, Time<CallTime>>;

/// Refuses to ask an endpoint for 30 s once five attempts in a row have failed by its fault: no whole answer, a status
/// of 500 or above, a stream that broke. What is the caller's fault, or a matter of its rate or its money, says nothing
/// of the endpoint's health.
using EndpointBreaker =
    CircuitBreaker<OpenAfterFailures<5>, OpenFor<std::chrono::seconds{30}>,
                   FailureIf<ApiConnectionError, InternalServerError, StreamError>, Name<"endpoint">>;

/// A stage that adds nothing: as a policy, one attempt; as a guard, none.
struct Once {
    template <class Next>
    constexpr decltype(auto) run(Next&& next, Context const& context) const {
        return next(context);
    }
};

/// Stands for the policy that a client has by itself.
struct UsePolicy {};

namespace detail {

template <class T>
inline constexpr bool is_wrapped = false;
template <class T>
inline constexpr bool is_wrapped<std::reference_wrapper<T>> = true;

template <class T>
auto& unwrapped(T& stage) noexcept {
    if constexpr (is_wrapped<std::remove_const_t<T>>) return stage.get();
    else return stage;
}

template <class P>
concept HoldsTime = P::family == Family::time && !std::is_empty_v<typename P::type>;

/// Returns: the clock that a policy goes by, so that a deadline is counted on it; `outer` where it has none of its own.
template <class Policy>
ClockView clock_of(Policy const&, ClockView outer) noexcept {
    return outer;
}
template <class... Ps>
ClockView clock_of(Retrying<Ps...> const& policy, ClockView outer) noexcept {
    [[maybe_unused]] auto const one = [&]<class P>(std::type_identity<P>) {
        if constexpr (HoldsTime<P>) outer = ClockView{&grit::detail::policy_of<P>(policy).get()};
    };
    (one(std::type_identity<Ps>{}), ...);
    return outer;
}

/// A logger that lives elsewhere.
template <class L>
struct LoggerReference {
    L const* logger;
    void log(LogLevel level, std::string_view text) const {
        if constexpr (requires { logger->log(level, text); }) logger->log(level, text);
        else (*logger)(level, text);
    }
};

/// Runs an operation under a stage, or under a plain callable that takes an operation.
template <class Policy, class Next>
decltype(auto) run_under(Policy& policy, Next& next, Context const& context) {
    if constexpr (requires { unwrapped(policy).run(next, context); }) return unwrapped(policy).run(next, context);
    else return policy(next);
}

} // namespace detail

} // namespace grit::llm
