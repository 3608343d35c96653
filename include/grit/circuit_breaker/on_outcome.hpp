// SPDX-License-Identifier: BSL-1.0
#pragma once
// OnOutcome: call something when a call through a circuit has ended.

#include <grit/circuit_breaker/family.hpp>
#include <grit/circuit_breaker/outcome.hpp>
#include <grit/circuit_breaker/state.hpp>
#include <grit/core/callable.hpp>
#include <grit/core/value.hpp>

namespace grit::inline GRIT_ABI {

/// How a circuit took the end of a call.
enum class OutcomeKind : unsigned char {
    success,
    failure,
    neutral, ///< it says nothing about the service
    late     ///< discarded, whatever it says: the state changed since the call was admitted
};

/// Returns: the enumerator's name, a string literal.
constexpr char const* to_string(OutcomeKind kind) noexcept {
    switch (kind) {
    case OutcomeKind::success: return "success";
    case OutcomeKind::failure: return "failure";
    case OutcomeKind::neutral: return "neutral";
    case OutcomeKind::late: return "late";
    }
    return "unknown";
}

namespace detail {
constexpr OutcomeKind kind_of(Outcome outcome) noexcept { return static_cast<OutcomeKind>(outcome); }
static_assert(kind_of(Outcome::neutral) == OutcomeKind::neutral && kind_of(Outcome::failure) == OutcomeKind::failure);
} // namespace detail

/// The end of one call, as OnOutcome is told. Valid while it is told: it refers to the name.
struct CircuitOutcome {
    OutcomeKind kind;
    CircuitState state;    ///< in which the call was admitted; half_open for a probe
    bool timed;            ///< whether the call was timed: OpenAtSlowCallRate does that, and nothing else
    Duration duration;     ///< how long it took; zero if it was not timed
    std::string_view name; ///< of Name, or "circuit_breaker"
    Outcome said;          ///< what the call said of the service, also where that came late and was discarded
};

/// Calls f(CircuitOutcome const&) once for each call that was admitted and has ended: `OnOutcome{f}`, or `OnOutcome<f>`
/// where f is a constant. After the change of state that the call brought about, if it did. f may use the breaker.
///
/// It costs a few instructions at each end. Without it a success of a healthy circuit ends with one look at the word.
/// Requires: f is noexcept, since it runs where a call ends, and its exception would replace that of the call. It has
/// no cancellation point where threads are cancelled. Thread safety: f is called from any thread, several at a time.
template <auto F = dynamic, class Fn = void>
class OnOutcome {
    using Call = detail::Callable<F, Fn>;
    using Function = typename Call::type;
    static_assert(detail::is_met<(std::is_invocable_v<Function const&, CircuitOutcome const&>)>,
                  "grit: 'OnOutcome' was given something that it cannot call, because its parameter is not an outcome; "
                  "write (grit::CircuitOutcome const&) noexcept and make it callable through const instead");
    static_assert(detail::is_met<(!std::is_invocable_v<Function const&, CircuitOutcome const&> ||
                                  std::is_nothrow_invocable_v<Function const&, CircuitOutcome const&>)>,
                  "grit: 'OnOutcome' was given a callable that may throw, because its exception would replace that of "
                  "the call that ends; write (grit::CircuitOutcome const&) noexcept instead");

public:
    static constexpr Family family = CircuitFamily::outcome_listener;
    static constexpr char const* name = "OnOutcome";
    static consteval auto arguments() { return Types<Constant<F>>{}; }
    using Kind = OnOutcome<>;
    static constexpr bool repeatable = true;

    constexpr OnOutcome()
        requires detail::BuiltOnDemand<Call>
    = default;
    template <std::convertible_to<Fn> G>
    explicit constexpr OnOutcome(G f) : f_(std::move(f)) {}

    GRIT_INLINE void operator()(CircuitOutcome const& outcome) const noexcept { f_(outcome); }

private:
    [[no_unique_address]] Call f_;
};
template <class Fn>
OnOutcome(Fn) -> OnOutcome<dynamic, Fn>;

} // namespace grit::inline GRIT_ABI
