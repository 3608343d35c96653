// SPDX-License-Identifier: BSL-1.0
#pragma once
// CircuitBreaker: stops calling a service that fails, and finds out by a few calls when it is well again.

#include <grit/circuit_breaker/call.hpp>
#include <grit/circuit_breaker/checks.hpp>
#include <grit/circuit_breaker/family.hpp>
#include <grit/circuit_breaker/guard.hpp>
#include <grit/circuit_breaker/machine.hpp>
#include <grit/circuit_breaker/open_after_failures.hpp>
#include <grit/circuit_breaker/open_after_failures_within.hpp>
#include <grit/circuit_breaker/open_at_failure_rate.hpp>
#include <grit/circuit_breaker/open_at_slow_call_rate.hpp>
#include <grit/circuit_breaker/permit.hpp>
#include <grit/core/operation.hpp>
#include <grit/core/order.hpp>
#include <grit/core/rejected_as.hpp>
#include <grit/core/try_result.hpp>
#include <grit/core/wrapped.hpp>

namespace grit::inline GRIT_ABI {

/// Counts how calls end; opens when its trip policy says so, and then refuses calls; after a while lets probes through,
/// and closes or opens again by how they end.
///
/// Policies stand in any order: at least one that trips (OpenAfterFailures, OpenAfterFailuresWithin, OpenAtFailureRate,
/// OpenAtSlowCallRate), of which any opens it; one that says how long it stays open (OpenFor, OpenForWait), and, if
/// wanted, HalfOpenProbes, CloseAfterSuccesses, AllowProbeFailures, ProbeLease, FailureIf, SuccessIf, FailureIfResult,
/// IgnoreIf, OnStateChange, OnReject, OnOutcome, Time, Random, Name, Atomics. Constant policies take no room; such a
/// breaker can be a constinit global. It can be neither copied nor moved.
///
/// Thread safety: safe from any thread, without a lock. Under trips by failures alone a healthy call reads one word
/// twice and writes nothing; a rate counts the call.
/// Source: docs/explanation/circuit_breaker.md.
template <class... Ps>
class CircuitBreaker {
    static_assert(detail::is_met<(always_false<Ps...>)>,
                  "grit: a 'CircuitBreaker' was given a type that is no policy, because it names no family; list "
                  "policies such as OpenAfterFailures<5>");
};

template <class... Ps>
    requires(Policy<Ps> && ...)
class CircuitBreaker<Ps...> : CircuitChecks<Ps...>, public detail::Machine<Ps...> {
    using Machine = detail::Machine<Ps...>;
    using Judge = detail::Classify<typename detail::PolicySet<Ps...>::template Of<CircuitFamily::classify>>;

public:
    static consteval auto arguments() { return Types<Ps...>{}; }
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
            detail::is_met<(contains<Qs, Types<Ps...>> && ...)>,
            "grit: a 'CircuitBreaker' was constructed with a policy that is not in its list, because its type "
            "or its constants differ; name it in the list (a run-time value has empty brackets, as "
            "OpenAfterFailures<>), or let the list be deduced");
        detail::check_circuit<Exceptions>(this->set());
    }
    CircuitBreaker(CircuitBreaker const&) = delete;
    CircuitBreaker& operator=(CircuitBreaker const&) = delete;

    /// Calls f(args...), or f(attempt, args...) if only that is possible, if the circuit lets it through.
    ///
    /// Arguments are passed as lvalues. Returns: what f returned. Throws: what f threw; CircuitOpenError if f was not
    /// called.
    template <int Exceptions = GRIT_EXCEPTIONS, class F, class... Args>
    GRIT_INLINE decltype(auto) operator()(F&& f, Args&&... args) {
        static_assert(detail::is_in_order<CircuitBreaker, std::remove_reference_t<F>>);
        using Operation = detail::BoundOperation<std::remove_reference_t<F>, std::remove_reference_t<Args>...>;
        Operation const operation{f, args...};
        Token token = this->look();
        detail::CircuitRefusal refusal;
        if (!this->admits(token, refusal)) [[unlikely]]
            return refused<Exceptions, typename Operation::Result>(refusal);
        return detail::GuardedCall<Exceptions, Judge>::run(this->set(), *this, token, operation);
    }

    /// Calls f as operator() does, and returns a rejection by value: it throws and allocates nothing of its own.
    ///
    /// Returns: TryResult with what f returned, or with the rejection. Throws: what f threw.
    template <int Exceptions = GRIT_EXCEPTIONS, class F, class... Args>
    GRIT_INLINE auto try_call(F&& f, Args&&... args) {
        static_assert(detail::is_in_order<CircuitBreaker, std::remove_reference_t<F>>);
        using Operation = detail::BoundOperation<std::remove_reference_t<F>, std::remove_reference_t<Args>...>;
        using Result = TryResult<typename Operation::Result, CircuitOpen>;
        Operation const operation{f, args...};
        Token token = this->look();
        detail::CircuitRefusal refusal;
        if (!this->admits(token, refusal)) [[unlikely]]
            return refused_as<Result>(refusal);
        return Result{std::in_place, AdmittedCall<Exceptions, Operation>{*this, token, operation}};
    }

    /// The stage contract: one call, which whoever drives it asks step by step. A failure with a stop requested around
    /// it is neutral.
    GRIT_INLINE auto call(Attempt const&) noexcept { return detail::CircuitCall<CircuitBreaker, Judge>{*this}; }

    /// The two-step form: asks now, and is told the outcome later.
    Permit<CircuitBreaker> try_acquire() {
        Token token = this->look();
        detail::CircuitRefusal refusal;
        if (!this->admits(token, refusal)) return Permit<CircuitBreaker>{this->named(refusal)};
        return {*this, token};
    }

    /// Returns: a callable that calls f through this breaker, to which it refers; it holds f.
    template <int Exceptions = GRIT_EXCEPTIONS, class F>
    auto wrap(F f) {
        return detail::wrapped<Exceptions>(this, static_cast<F&&>(f));
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
    /// The same with the reason `shared`, so that a listener tells a decision of the fleet from one of this process.
    template <class D>
    bool open_shared(D d) {
        return Machine::keep_open(saturating_add(this->clock(), duration_argument(d)), ChangeReason::shared);
    }

private:
    friend class detail::CircuitCall<CircuitBreaker, Judge>;

    // Out of the way of the calls that are admitted.
    template <int Exceptions, class R>
    GRIT_COLD R refused(detail::CircuitRefusal const& refusal) const {
        return detail::Refuse<Exceptions, R>{}(this->named(refusal));
    }
    template <class Result>
    GRIT_COLD Result refused_as(detail::CircuitRefusal const& refusal) const noexcept {
        return Result{this->named(refusal)};
    }

    // Not a lambda: Clang would not inline it.
    template <int Exceptions, class Operation>
    struct AdmittedCall {
        CircuitBreaker& circuit;
        Token const& token;
        Operation const& operation;

        // Deduced, so that what it says of wrong operations comes before what follows from them.
        GRIT_INLINE decltype(auto) operator()() const {
            return detail::GuardedCall<Exceptions, Judge>::run(circuit.set(), circuit, token, operation);
        }
    };
};

template <class... Ps>
CircuitBreaker(Ps...) -> CircuitBreaker<Ps...>;

} // namespace grit::inline GRIT_ABI
