// SPDX-License-Identifier: BSL-1.0
#pragma once
// RetryIfResult and RetryUnlessResult: retry by what the operation returned.

#include <variant>

#include <grit/core/callable.hpp>
#include <grit/core/concepts.hpp>
#include <grit/core/failure.hpp>
#include <grit/core/result.hpp>
#include <grit/core/types.hpp>
#include <grit/core/value.hpp>

namespace grit::inline GRIT_ABI {

namespace detail {

/// True if f(r) is a yes or no for a result of type R.
template <class F, class R>
inline constexpr bool judges_result = std::is_invocable_r_v<bool, F const&, R const&>;
template <class F>
inline constexpr bool judges_result<F, void> = false;
template <class F>
inline constexpr bool judges_result<F, std::monostate> = false; // stands for void: there is nothing to ask about
template <class F, class E>
inline constexpr bool judges_result<F, ErrorView<E>> = false; // an error that came without a result
/// True if it is a yes or no for what stands inside of one.
template <class F, class R>
inline constexpr bool judges_inside =
    !judges_result<F, R> && (judges_result<F, InsideOf<R>> || judges_inside<F, InsideOf<R>>);
template <class F>
inline constexpr bool judges_inside<F, void> = false;

/// What f says of a result, or of the value inside of it; `otherwise` where there is none.
template <class F, class R>
GRIT_INLINE constexpr bool says_of(F const& f, R const& r, bool otherwise) {
    if constexpr (judges_result<F, R>) return bool(f(r));
    else return r.has_value() ? says_of(f, *r, otherwise) : otherwise;
}

/// The same, and a sentence for one that could be called with the result and cannot judge it.
template <class F, class R>
consteval bool check_judges_result() {
    constexpr bool judges = judges_result<F, R>;
    constexpr bool is_for_it = [] {
        if constexpr (std::is_void_v<R> || std::is_same_v<R, std::monostate> || is_error_view<R>) return false;
        else return std::is_invocable_v<F&, R&>;
    }();
    static_assert(judges || !is_for_it,
                  "grit: a predicate on results cannot judge this one, because it does not return bool, takes it by "
                  "a reference that is not const, or cannot be called through const; write [](Reply const& reply) { "
                  "return reply.busy; }, where Reply is what the operation returns");
    return judges || judges_inside<F, R>;
}

} // namespace detail

/// Retries a result for which f says true: `RetryIfResult{[](Reply const& r) { return r.busy; }}`, or, where f is a
/// constant, `RetryIfResult<is_busy>`. A result that f cannot be called with is no failure.
///
/// Thread safety: that of calls to f through const.
template <auto F = dynamic, class Fn = void>
class RetryIfResult {
    using Call = detail::Callable<F, Fn>;

public:
    static constexpr Family family = Family::retry;
    using Kind = RetryIfResult<>;
    static constexpr char const* name = "RetryIfResult";
    static consteval auto arguments() { return Types<Constant<F>>{}; }

    constexpr RetryIfResult()
        requires detail::BuiltOnDemand<Call>
    = default;
    template <std::convertible_to<Fn> G>
    explicit constexpr RetryIfResult(G f) : f_(std::move(f)) {}

    template <class R>
    static constexpr bool looks_at = detail::check_judges_result<typename Call::type, R>();

    template <class R>
    GRIT_INLINE constexpr bool on_result(R const& r) const {
        return detail::says_of(f_, r, false);
    }

private:
    [[no_unique_address]] Call f_;
};
template <class Fn>
RetryIfResult(Fn) -> RetryIfResult<dynamic, Fn>;

/// Retries a result for which f says false, as in polling: `RetryUnlessResult<is_ready>`. Beside a predicate that says
/// what to retry, it vetoes only: a result for which f says true is not retried.
///
/// Thread safety: that of calls to f through const.
template <auto F = dynamic, class Fn = void>
class RetryUnlessResult {
    using Call = detail::Callable<F, Fn>;

public:
    static constexpr Family family = Family::retry;
    using Kind = RetryUnlessResult<>;
    static constexpr char const* name = "RetryUnlessResult";
    static consteval auto arguments() { return Types<Constant<F>>{}; }
    static constexpr bool vetoes = true;

    constexpr RetryUnlessResult()
        requires detail::BuiltOnDemand<Call>
    = default;
    template <std::convertible_to<Fn> G>
    explicit constexpr RetryUnlessResult(G f) : f_(std::move(f)) {}

    template <class R>
    static constexpr bool looks_at = detail::check_judges_result<typename Call::type, R>();

    template <class R>
    GRIT_INLINE constexpr bool on_result(R const& r) const {
        return !detail::says_of(f_, r, true);
    }

private:
    [[no_unique_address]] Call f_;
};
template <class Fn>
RetryUnlessResult(Fn) -> RetryUnlessResult<dynamic, Fn>;

} // namespace grit::inline GRIT_ABI
