// SPDX-License-Identifier: BSL-1.0
#pragma once
// Deadline: the time by which everything inside must have ended, for all attempts together.

#include <grit/core/attempt.hpp>
#include <grit/core/concepts.hpp>
#include <grit/core/invoke.hpp>
#include <grit/core/value.hpp>

namespace grit {

/// Sets a deadline `D` from now for what runs inside it: `Deadline<5s>`, or `Deadline{d}` with a value at run time.
///
/// A stage that narrows the context; it never widens it, and nothing fires. A Retrying inside refuses a sleep that
/// would reach the deadline and starts no attempt after it; the operation asks remaining(). The clock is that of the
/// context. Requires: a time of zero or more. Throws: std::invalid_argument if it is negative.
/// Thread safety: a const value.
template <ConstantDuration D = dynamic>
class Deadline : detail::DurationValue<D> {
    static_assert(D.is_dynamic() || D.value() >= Duration::zero(),
                  "grit: 'Deadline' was given a negative time, because time does not run backwards; write a time of "
                  "zero or more instead");

public:
    static constexpr char const* name = "Deadline";

    constexpr Deadline() = default;

    template <class T, bool Exceptions = GRIT_EXCEPTIONS>
        requires(D.is_dynamic())
    explicit constexpr Deadline(T limit) : detail::DurationValue<D>(duration_argument(limit)) {
        if (this->limit() < Duration::zero())
            reject<Exceptions>("grit: 'Deadline' was given a negative time, because time does not run backwards; write "
                               "a time of zero or more instead");
    }

    constexpr Duration limit() const noexcept { return this->get(); }

    /// The stage contract: calls next with the context, narrowed.
    template <class Next>
    GRIT_INLINE decltype(auto) run(Next&& next, Context const& context) const {
        return next(context.narrowed(saturating_add(context.now(), limit())));
    }

    /// Calls f(context, args...), or f(attempt, args...) if it takes an Attempt.
    template <class F, class... Args>
    GRIT_INLINE decltype(auto) operator()(F&& f, Args&&... args) const {
        constexpr bool takes_context = std::is_invocable_v<F&, Context const&, Args&...>;
        constexpr bool takes_attempt = std::is_invocable_v<F&, Attempt const&, Args&...>;
        static_assert(takes_context || takes_attempt,
                      "grit: an operation under 'Deadline' knows nothing of it, because it takes neither grit::Context "
                      "const& nor grit::Attempt const& and nothing can end it from outside; take one of them and ask "
                      "remaining() instead");
        return run(
            [&](Context const& context) -> decltype(auto) {
                if constexpr (takes_context) return detail::invoke(f, context, args...);
                else if constexpr (takes_attempt)
                    return detail::invoke(f, Attempt{1, Duration::zero(), context}, args...);
            },
            no_context);
    }

    /// Returns: a callable that runs f inside; it holds copies of both.
    template <class F>
    constexpr auto wrap(F f) const {
        return [self = *this, f = static_cast<F&&>(f)]<class... Args>(Args&&... args) -> decltype(auto) {
            return self(f, static_cast<Args&&>(args)...);
        };
    }
};
template <class T>
Deadline(T) -> Deadline<>;

} // namespace grit
