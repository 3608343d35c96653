// SPDX-License-Identifier: BSL-1.0
#pragma once
// FailureIf, SuccessIf, IgnoreIf, FailureIfResult: which ends of a call are failures of the service.

#include <concepts>

#include <grit/circuit_breaker/family.hpp>
#include <grit/core/callable.hpp>
#include <grit/core/types.hpp>
#include <grit/core/value.hpp>
#include <grit/retry_if/result.hpp>

namespace grit::inline GRIT_ABI {

namespace detail {

template <class... Es>
inline constexpr bool are_errors = are_plain<Es...> && (!std::is_pointer_v<Es> && ...);

/// A list of error types that a policy of a breaker names.
template <class... Es>
struct ErrorList {
    static_assert(detail::is_met<(sizeof...(Es) != 0)>,
                  "grit: 'FailureIf', 'SuccessIf' or 'IgnoreIf' names nothing, because its list of "
                  "errors is empty; write the types, or leave the policy out instead");
    static_assert(detail::is_met<(are_errors<Es...>)>,
                  "grit: 'FailureIf', 'SuccessIf' or 'IgnoreIf' names a pointer, a reference or a const type, because "
                  "errors are named by their own type; write FailureIf<E> instead of FailureIf<E const&>");
    static constexpr Family family = CircuitFamily::classify;
    static consteval auto arguments() { return Types<Es...>{}; }
    using Errors = Types<Es...>;
};

} // namespace detail

/// Only an error that is one of Es or derived from one is a failure, thrown or in a result: `FailureIf<ServerError>`.
/// Any other error is neutral: it says nothing about the health of the service.
///
/// An exception that it names is caught and rethrown. Thread safety: a const value without state.
template <class... Es>
struct FailureIf : detail::ErrorList<Es...> {
    using Kind = FailureIf<>;
    static constexpr char const* name = "FailureIf";
};

/// An error that is one of Es or derived from one proves that the service is well, and counts as a success:
/// `SuccessIf<NotFound>`, thrown or in a result, of a probe too. Where FailureIf names something derived from it, that
/// is a failure.
///
/// An exception that it names is caught and rethrown. Thread safety: a const value without state.
template <class... Es>
struct SuccessIf : detail::ErrorList<Es...> {
    using Kind = SuccessIf<>;
    static constexpr char const* name = "SuccessIf";
};

/// An error that is one of Es or derived from one is neutral, whatever FailureIf and SuccessIf say: `IgnoreIf<Busy>`. A
/// neutral call counts as neither: it is in no rate, ends no row of failures, and a probe gives its place back.
///
/// An exception that it names is caught and rethrown. Thread safety: a const value without state.
template <class... Es>
struct IgnoreIf : detail::ErrorList<Es...> {
    using Kind = IgnoreIf<>;
    static constexpr char const* name = "IgnoreIf";
};

/// A result for which f says true is a failure too: `FailureIfResult{[](Reply const& r) { return r.status >= 500; }}`,
/// or, where f is a constant, `FailureIfResult<is_server_error>`. Errors are judged as without it.
///
/// An exception of f passes to the caller, and the call is neutral. Thread safety: that of calls to f through const.
template <auto F = dynamic, class Fn = void>
class FailureIfResult {
    using Call = detail::Callable<F, Fn>;

public:
    static constexpr Family family = CircuitFamily::classify;
    static constexpr char const* name = "FailureIfResult";
    static consteval auto arguments() { return Types<Constant<F>>{}; }
    using Kind = FailureIfResult<>;

    constexpr FailureIfResult()
        requires detail::BuiltOnDemand<Call>
    = default;
    template <std::convertible_to<Fn> G>
    explicit constexpr FailureIfResult(G f) : f_(std::move(f)) {}

    template <class R>
    static constexpr bool looks_at = detail::check_judges_result<typename Call::type, R>();

    template <class R>
    GRIT_INLINE constexpr bool operator()(R const& r) const {
        return detail::says_of(f_, r, false);
    }

private:
    [[no_unique_address]] Call f_;
};
template <class Fn>
FailureIfResult(Fn) -> FailureIfResult<dynamic, Fn>;

} // namespace grit::inline GRIT_ABI
