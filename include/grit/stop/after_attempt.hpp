// SPDX-License-Identifier: BSL-1.0
#pragma once
// StopAfterAttempt: stop once so many attempts have failed.

#include <grit/stop/traits.hpp>

namespace grit::inline GRIT_ABI {

/// Stops after `N` attempts, the first call included: `StopAfterAttempt<5>`, or `StopAfterAttempt{n}` at run time.
///
/// Requires: at least one attempt. Throws: std::invalid_argument if it is less. Thread safety: a const value.
template <ConstantInt N = dynamic>
class StopAfterAttempt : detail::IntValue<N> {
    static_assert(detail::is_met<(N.is_dynamic() || N.value() >= 1)>,
                  "grit: 'StopAfterAttempt' was given less than one attempt, because the first call counts too; write "
                  "StopAfterAttempt<1> or more instead");

public:
    static constexpr Family family = Family::stop;
    static constexpr char const* name = "StopAfterAttempt";
    static consteval auto arguments() { return Types<Constant<N>>{}; }
    static constexpr StopReason reason = StopReason::attempts;
    using Kind = StopAfterAttempt<>;
    static constexpr bool bounded = true;
    static constexpr bool needs_failure = false;
    static constexpr int max_attempts = N.is_dynamic() ? -1 : N.value();

    constexpr StopAfterAttempt() = default;

    template <class Count, bool Exceptions = GRIT_EXCEPTIONS>
        requires(N.is_dynamic())
    explicit constexpr StopAfterAttempt(Count n) : detail::IntValue<N>(as_int(n)) {
        if (attempts() < 1)
            reject<Exceptions>("grit: 'StopAfterAttempt' was given less than one attempt, because the first call "
                               "counts too; write StopAfterAttempt{1} or more instead");
    }

    constexpr int attempts() const noexcept { return this->get(); }

    template <class Q>
    GRIT_INLINE constexpr bool stop(Q const& q) const {
        return q.attempt().number() >= this->get();
    }

private:
    template <class Count>
    static constexpr int as_int(Count n) noexcept {
        constexpr bool is_count = std::is_integral_v<Count> && !std::is_same_v<Count, bool>;
        static_assert(is_count, "grit: 'StopAfterAttempt' was given something that is no count, because attempts are "
                                "counted in whole numbers; write StopAfterAttempt{5} instead");
        if constexpr (is_count) return ConstantInt{n}.value();
        else return 1;
    }
};
template <class Count>
StopAfterAttempt(Count) -> StopAfterAttempt<>;

} // namespace grit::inline GRIT_ABI
