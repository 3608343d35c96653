// SPDX-License-Identifier: BSL-1.0
#pragma once
// CircuitBreaker: stops calling a service that fails, and finds out by a few calls when it is well again.

#include <grit/circuit_breaker/checks.hpp>
#include <grit/circuit_breaker/guard.hpp>
#include <grit/circuit_breaker/machine.hpp>
#include <grit/circuit_breaker/open_after_failures.hpp>
#include <grit/circuit_breaker/open_after_failures_within.hpp>
#include <grit/circuit_breaker/open_at_failure_rate.hpp>
#include <grit/circuit_breaker/open_at_slow_call_rate.hpp>
#include <grit/circuit_breaker/permit.hpp>
#include <grit/circuit_breaker/try_result.hpp>
#include <grit/core/invoke.hpp>

namespace grit {

/// Counts how calls end; opens when its trip policy says so, and then refuses calls; after a while lets probes through,
/// and closes or opens again by how they end.
///
/// Policies stand in any order: at least one that trips (OpenAfterFailures, OpenAfterFailuresWithin, OpenAtFailureRate,
/// OpenAtSlowCallRate), of which any opens it; one that says how long it stays open (OpenFor, OpenForWait), and, if
/// wanted, HalfOpenProbes, CloseAfterSuccesses, AllowProbeFailures, ProbeLease, FailureIf, FailureIfResult, IgnoreIf,
/// OnStateChange, Time, Random, Name. Constant policies take no room; such a breaker can be a constinit global. It can
/// be neither copied nor moved.
///
/// Thread safety: safe from any thread, without a lock; a healthy call reads one word twice and writes nothing.
/// Source: docs/explanation/circuit_breaker.md.
template <class... Ps>
class CircuitBreaker {
    static_assert(always_false<Ps...>,
                  "grit: a 'CircuitBreaker' was given a type that is no policy, because it names no family; list "
                  "policies such as OpenAfterFailures<5>");
};

template <class... Ps>
    requires(Policy<Ps> && ...)
class CircuitBreaker<Ps...> : CircuitChecks<Ps...>, public detail::Machine<Ps...> {
    using Machine = detail::Machine<Ps...>;
    using Judge = detail::Classify<typename detail::PolicySet<Ps...>::template Of<Family::classify>>;

public:
    using Token = typename Machine::Token;
    /// A pipeline with a stage inside this one that repeats calls would hide attempts from it.
    static constexpr bool counts_calls = true;

    /// Takes the policies that have a value at run time, in any order; those made of constants may be left out.
    ///
    /// Throws: std::invalid_argument if its probes are fewer than what it takes to decide.
    template <int Exceptions = GRIT_EXCEPTIONS, class... Qs>
        requires(Policy<Qs> && ...)
    explicit(sizeof...(Qs) == 1) constexpr CircuitBreaker(Qs const&... given)
        : Machine(detail::Given<Qs...>(given...)) {
        static_assert(
            (contains<Qs, Types<Ps...>> && ...),
            "grit: a 'CircuitBreaker' was constructed with a policy that is not in its list, because its type "
            "or its constants differ; name it in the list (a run-time value has empty brackets, as "
            "OpenAfterFailures<>), or let the list be deduced");
        detail::check_circuit<Exceptions>(this->set());
    }
    CircuitBreaker(CircuitBreaker const&) = delete;
    CircuitBreaker& operator=(CircuitBreaker const&) = delete;

    /// Calls f(args...) if the circuit lets it through.
    ///
    /// Returns: what f returned. Throws: what f threw; CircuitOpenError if f was not called.
    template <int Exceptions = GRIT_EXCEPTIONS, class F, class... Args>
    GRIT_INLINE decltype(auto) operator()(F&& f, Args&&... args) {
        auto next = [&]() noexcept(std::is_nothrow_invocable_v<F&, Args&...>) -> decltype(auto) {
            return detail::invoke(f, args...);
        };
        return admitted_or_thrown<Exceptions>(no_context, next);
    }

    /// The stage contract: calls next(context) if the circuit lets it through; a failure with a stop requested is
    /// neutral.
    template <int Exceptions = GRIT_EXCEPTIONS, class Next>
    GRIT_INLINE decltype(auto) run(Next&& next, Context const& context) {
        auto call = [&]() noexcept(std::is_nothrow_invocable_v<Next&, Context const&>) -> decltype(auto) {
            return next(context);
        };
        return admitted_or_thrown<Exceptions>(context, call);
    }

    /// Calls f(args...) if the circuit lets it through, and returns a rejection by value: it throws and allocates
    /// nothing of its own.
    ///
    /// Returns: TryResult with what f returned, or with the rejection. Throws: what f threw.
    template <int Exceptions = GRIT_EXCEPTIONS, class F, class... Args>
    GRIT_INLINE auto try_call(F&& f, Args&&... args) {
        auto next = [&]() noexcept(std::is_nothrow_invocable_v<F&, Args&...>) -> decltype(auto) {
            return detail::invoke(f, args...);
        };
        using Result = TryResult<decltype(next())>;
        Token token = this->look();
        CircuitOpen rejection;
        if (!this->admits(token, rejection)) [[unlikely]]
            return Result{rejection};
        return Result{std::in_place, AdmittedCall<Exceptions, decltype(next)>{*this, token, no_context, next}};
    }

    /// The two-step form: asks now, and is told the outcome later.
    Permit<CircuitBreaker> try_acquire() {
        Token token = this->look();
        CircuitOpen rejection;
        if (!this->admits(token, rejection)) return Permit<CircuitBreaker>{rejection};
        return {*this, token};
    }

    /// Returns: a callable that calls f through this breaker, to which it refers; it holds f.
    template <int Exceptions = GRIT_EXCEPTIONS, class F>
    auto wrap(F f) {
        return [this, f = static_cast<F&&>(f)]<class... Args>(Args&&... args) mutable -> decltype(auto) {
            return this->template operator()<Exceptions>(f, static_cast<Args&&>(args)...);
        };
    }

    // Controls. Each is one transition with its event; calls under way are then late, and what they say is discarded.
    /// Lets nothing through until another control. Returns: whether that changed anything.
    bool force_open() { return this->go_to(CircuitState::forced_open); }
    /// Closes the circuit, with an empty memory. Returns: whether that changed anything.
    bool force_close() { return this->go_to(CircuitState::closed); }
    /// Lets everything through and counts nothing, until another control.
    bool disable() { return this->go_to(CircuitState::disabled); }
    /// Lets everything through and counts; where it would open, it reports a change with the reason `tripped` and
    /// starts to count anew, until another control.
    bool metrics_only() { return this->go_to(CircuitState::metrics_only); }
    /// Closes the circuit and empties its memory, also where it is closed already.
    void reset() { this->go_to(CircuitState::closed, true); }

    /// Opens the circuit, or keeps it open longer, for what the service asks for: a Retry-After. Not where a control
    /// holds. Requires: a std::chrono duration. Returns: whether that changed anything.
    template <class D>
    bool open_for(D d) {
        return Machine::open_until(saturating_add(this->clock(), duration_argument(d)));
    }

private:
    /// Not a lambda: Clang would not inline it.
    template <int Exceptions, class Next>
    struct AdmittedCall {
        CircuitBreaker& circuit;
        Token const& token;
        Context const& context;
        Next& next;

        GRIT_INLINE decltype(auto) operator()() const {
            return detail::GuardedCall<Exceptions, Judge>::run(circuit.set(), circuit, token, context, next);
        }
    };

    template <int Exceptions, class Next>
    GRIT_INLINE decltype(auto) admitted_or_thrown(Context const& context, Next& next) {
        Token token = this->look();
        CircuitOpen rejection;
        if (!this->admits(token, rejection)) [[unlikely]]
            refuse<Exceptions>(rejection);
        return AdmittedCall<Exceptions, Next>{*this, token, context, next}();
    }

    template <int Exceptions>
    [[noreturn]] GRIT_COLD static void refuse([[maybe_unused]] CircuitOpen rejection) {
#if GRIT_EXCEPTIONS
        if constexpr (Exceptions != 0)
            throw CircuitOpenError{rejection.state(), rejection.retry_after(),
                                   detail::CircuitSettings<detail::PolicySet<Ps...>>::name().data()};
#endif
        reject<false>("grit: a 'CircuitBreaker' refused a call where it cannot throw, because exceptions are disabled; "
                      "write try_call instead");
    }
};

template <class... Ps>
CircuitBreaker(Ps...) -> CircuitBreaker<Ps...>;

} // namespace grit
